import { stateKey } from "../../base/keys.js";
import { isColumn } from "../../columns/from-values.js";
import { pack } from "../codec/codec.js";

/** What methods assigned to a batch in this worker, where it stays. */
export class LostWrites {
  #values: ReadonlyMap<string, unknown>;
  #contents: ReadonlyMap<string, Uint8Array | undefined>;

  constructor(private readonly batch: object) {
    this.#values = membersOf(batch);
    this.#contents = contentsOf(this.#values);
  }

  /** Names of the members that have another value than when this was last asked. */
  assigned(): string[] {
    const before = this.#values;
    this.#values = membersOf(this.batch);
    const names = new Set([...before.keys(), ...this.#values.keys()]);
    return [...names].filter(
      (name) =>
        before.has(name) !== this.#values.has(name) || !Object.is(before.get(name), this.#values.get(name)),
    );
  }

  /** Names of the members whose value is the same object, and changed inside since this was last asked. */
  changed(): string[] {
    const before = this.#contents;
    this.#contents = contentsOf(this.#values);
    return [...this.#contents.keys()].filter((name) => {
      const [was, is] = [before.get(name), this.#contents.get(name)];
      return was && is && Buffer.compare(was, is) !== 0;
    });
  }
}

function membersOf(batch: object): Map<string, unknown> {
  const state = stateKey in batch ? (batch as { [stateKey]: () => object })[stateKey]() : { ...batch };
  const { own = state, components = {} } = state as { own?: object; components?: object };
  return new Map([
    ...Object.entries(own).map(([name, value]) => [`this.${name}`, value] as const),
    ...Object.entries(components).map(([name, value]) => [`this.data.${name}`, value] as const),
  ]);
}

// columns are shared, so that nothing written into them is lost
function contentsOf(members: ReadonlyMap<string, unknown>): Map<string, Uint8Array | undefined> {
  const objects = [...members].filter(
    ([, value]) => typeof value === "object" && value !== null && !isColumn(value),
  );
  return new Map(objects.map(([name, value]) => [name, contentOf(value)]));
}

function contentOf(value: unknown): Uint8Array | undefined {
  try {
    return pack(value, "share", "").bytes;
  } catch {
    return undefined;
  }
}
