import { normalQuantile } from "./normal-quantile.js";
import { shownValue } from "./option-names.js";
import { philox } from "./philox.js";

/**
 * Random numbers of one item, which `random` returns. Every method takes one draw of 64 bits; only `int` takes another now and
 * then. Generators of the same seed and key return the same numbers, in JavaScript and in kernels.
 */
export interface Random {
  /**
   * The next number from 0 to 1, without 1: a multiple of 2 ** -53, each equally likely.
   * @cost 17 ns, and 15 ns in a kernel.
   */
  next(): number;
  /**
   * The next whole number from 0 to `n`, without `n`, each equally likely.
   * @param n a whole number from 1 to 2 ** 53
   * @throws RangeError for any other number, and a TypeError for what is not a number.
   * @cost 18 ns, and 14 ns in a kernel.
   */
  int(n: number): number;
  /**
   * The next number of the standard normal distribution: mean 0, variance 1, from -8.3 to 8.3. It is the inverse of the
   * distribution (algorithm AS 241 of Wichura), off by less than 1e-15 of the number.
   * @cost 39 ns, and 31 ns in a kernel.
   */
  normal(): number;
}

/**
 * Returns a generator of random numbers for an item. The numbers follow from the seed and the key alone: the same on every
 * target and worker, in every version of Node, in browsers, and in kernels (`nogil/assembly/random`).
 *
 * The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011): the seed is its key, the item's key is in its counter.
 * So no two pairs of numbers share a stream. A string counts as the 64-bit FNV-1a hash of its UTF-8 bytes, and never as a
 * number: the keys `"3"` and `3` have different streams. -0 counts as 0.
 *
 * It is not for secrets: whoever knows the seed knows the numbers.
 *
 * @param seed any finite number, the same for all items of a call
 * @param key the item's id or number: a finite number, or a string
 * @throws TypeError when `seed` is not a number, or `key` neither a number nor a string; RangeError when one is NaN or infinite.
 * @cost 60 ns with its first number, and 3 ns more for each byte of a string; 24 ns in a kernel.
 * @example
 * import { random, run } from "nogil";
 *
 * const walk = (id: string) => {
 *   const generator = random(42, id);
 *   let at = 0;
 *   for (let step = 0; step < 100; step++) at += generator.normal();
 *   return at;
 * };
 * const ends = await run(walk, ["a", "b"], { target: "threads" });
 */
export function random(seed: number, key: number | string): Random {
  if (typeof seed !== "number") {
    throw new TypeError(`random: the seed is a number, got ${shownValue(seed)}.`);
  }
  if (!Number.isFinite(seed)) throw new RangeError(`random: the seed is a finite number, got ${seed}.`);
  if (typeof key === "string") {
    setHash(key);
    return new Philox(seed, 0x80000000 | 0, view.getInt32(0, true), view.getInt32(4, true));
  }
  if (typeof key !== "number") {
    throw new TypeError(
      `random: the key is the item's id or number, a number or a string, got ${shownValue(key)}.`,
    );
  }
  if (!Number.isFinite(key))
    throw new RangeError(`random: the key is a finite number or a string, got ${key}.`);
  // 0 for -0
  view.setFloat64(0, key + 0, true);
  return new Philox(seed, 0, view.getInt32(0, true), view.getInt32(4, true));
}

// of one number at a time
const view = new DataView(new ArrayBuffer(8));

class Philox implements Random {
  // the two words of the seed
  private readonly k0: number;
  private readonly k1: number;
  // the block's number, whose last bit tells strings from numbers
  private c0 = 0;
  private c1: number;
  w0 = 0;
  w1 = 0;
  w2 = 0;
  w3 = 0;
  w4 = 0;
  w5 = 0;
  w6 = 0;
  w7 = 0;
  // draws that the words have left
  private left = 0;
  // the upper 27 and the lower 26 of the 53 bits that were drawn
  private upper = 0;
  private lower = 0;

  constructor(
    seed: number,
    kind: number,
    private readonly c2: number,
    private readonly c3: number,
  ) {
    view.setFloat64(0, seed + 0, true);
    this.k0 = view.getInt32(0, true);
    this.k1 = view.getInt32(4, true);
    this.c1 = kind;
  }

  next(): number {
    this.draw();
    return (this.upper * 67108864 + this.lower) * 2 ** -53;
  }

  int(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 53)) throw notACount(n);
    let drawn: number;
    // what is beyond the last whole multiple of n would make the small numbers more likely
    do {
      this.draw();
      drawn = this.upper * 67108864 + this.lower;
    } while (drawn > 2 ** 53 - n && drawn >= 2 ** 53 - (2 ** 53 % n));
    // the remainder, without the slow division of floats: the quotient may be rounded up
    const rest = drawn - Math.floor(drawn / n) * n;
    return rest < 0 ? rest + n : rest;
  }

  normal(): number {
    this.draw();
    // the middles of 2 ** 52 stretches
    const place = this.upper * 33554432 + (this.lower >>> 1);
    return normalQuantile((place - (2 ** 51 - 0.5)) * 2 ** -52);
  }

  private draw(): void {
    if (this.left === 0) this.fill();
    switch (this.left--) {
      case 4:
        this.upper = this.w0 >>> 5;
        this.lower = this.w1 >>> 6;
        break;
      case 3:
        this.upper = this.w2 >>> 5;
        this.lower = this.w3 >>> 6;
        break;
      case 2:
        this.upper = this.w4 >>> 5;
        this.lower = this.w5 >>> 6;
        break;
      default:
        this.upper = this.w6 >>> 5;
        this.lower = this.w7 >>> 6;
    }
  }

  private fill(): void {
    philox(this, this.c0, this.c1, this.c2, this.c3, this.k0, this.k1);
    // the number is even before: it reaches 0 only here
    this.c0 = (this.c0 + 2) | 0;
    if (this.c0 === 0) this.c1 = (this.c1 + 1) | 0;
    this.left = 4;
  }
}

function notACount(n: unknown): Error {
  const Wrong = typeof n === "number" ? RangeError : TypeError;
  return new Wrong(`int(n): n is a whole number from 1 to 2 ** 53, got ${shownValue(n)}.`);
}

/**
 * Leaves the 64-bit FNV-1a hash of a text's UTF-8 bytes in `view`. Half a pair of surrogates counts as three bytes, so that texts
 * that differ only there stay apart.
 */
function setHash(text: string): void {
  let low = 0x84222325 | 0;
  let high = 0xcbf29ce4 | 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code >= 0x10000) i++;
    // the bytes of a character, the first one lowest
    for (let bytes = utf8(code), count = sizeOf(code); count > 0; count--, bytes >>>= 8) {
      low ^= bytes & 0xff;
      // times 2 ** 40 + 0x1b3, modulo 2 ** 64
      const right = (low & 0xffff) * 0x1b3;
      const left = (low >>> 16) * 0x1b3 + (right >>> 16);
      high = (Math.imul(high, 0x1b3) + (low << 8) + (left >>> 16)) | 0;
      low = (left << 16) | (right & 0xffff);
    }
  }
  view.setInt32(0, low, true);
  view.setInt32(4, high, true);
}

const sizeOf = (code: number) => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);

function utf8(code: number): number {
  if (code < 0x80) return code;
  const last = 0x80 | (code & 63);
  if (code < 0x800) return 0xc0 | (code >>> 6) | (last << 8);
  const third = 0x80 | ((code >>> 6) & 63);
  if (code < 0x10000) return 0xe0 | (code >>> 12) | (third << 8) | (last << 16);
  return 0xf0 | (code >>> 18) | (0x80 << 8) | (((code >>> 12) & 63) << 8) | (third << 16) | (last << 24);
}
