import { type Entry, Kind } from "../workers/ledger.js";
import { unpack } from "../workers/packing.js";
import type { Outcome } from "./engine.js";

/** What the items of a call have come to so far. */
export class Tally {
  readonly #values: unknown[];
  readonly #failures = new Map<number, Error>();
  readonly #attempts = new Map<number, number>();
  #anyValue = false;

  constructor(
    private readonly length: number,
    private readonly retry: number,
  ) {
    this.#values = new Array(length).fill(undefined);
  }

  succeed(item: number, entry: Entry): void {
    const value = resultOf(entry);
    if (value === undefined) return;
    this.#values[item] = value;
    this.#anyValue = true;
  }

  fail(item: number, error: Error): void {
    this.#failures.set(item, error);
  }

  /** Whether an item that failed may run again; counts as an attempt if so. */
  retries(item: number): boolean {
    const attempts = this.#attempts.get(item) ?? 0;
    if (attempts >= this.retry) return false;
    this.#attempts.set(item, attempts + 1);
    return true;
  }

  outcome(): Outcome {
    return {
      length: this.length,
      values: this.#anyValue ? this.#values : undefined,
      failures: this.#failures,
    };
  }
}

function resultOf({ kind, number, bytes }: Entry): unknown {
  if (kind === Kind.Number) return number;
  if (kind === Kind.Text) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  return kind === Kind.Value ? unpack({ bytes, shared: [] }) : constants[kind];
}

const constants: { readonly [kind: number]: unknown } = {
  [Kind.Null]: null,
  [Kind.True]: true,
  [Kind.False]: false,
};
