import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { kindOf } from "../base/kind-of.js";

/**
 * `true` for another order each time, or a seed (a 32-bit integer) that makes the same order on every machine; `false`
 * keeps the order that there is.
 */
export type Shuffle = boolean | number;

/**
 * Gives orders of items, one after another: each call draws a new one from the same generator.
 * @throws RangeError for a seed that is none
 */
export function shuffler(shuffle: Shuffle = false): <T>(items: readonly T[]) => T[] {
  checkShuffle(shuffle);
  if (shuffle === false) return (items) => [...items];
  const random = xoroshiro128plus(shuffle === true ? (Math.random() * 2 ** 32) | 0 : shuffle);
  return (items) => {
    const order = [...items];
    // Fisher and Yates, in Durstenfeld's form
    for (let i = order.length - 1; i > 0; i--) {
      const j = uniformInt(random, 0, i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
}

export function checkShuffle(shuffle: unknown): void {
  if (shuffle === undefined || typeof shuffle === "boolean") return;
  if (typeof shuffle === "number" && (shuffle | 0) === shuffle) return;
  const came = typeof shuffle === "number" ? shuffle : kindOf(shuffle);
  throw new RangeError(`shuffle takes true, false or a 32-bit integer as seed, got ${came}.`);
}
