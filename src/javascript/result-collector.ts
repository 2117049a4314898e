import type { Outcome } from "../call/job.js";
import type { Taker } from "../call/taker.js";
import { type Content, Kind } from "../workers/chunk-journal.js";
import { unpack } from "./codec/codec.js";

/** What the items of a call have come to so far. */
export class ResultCollector {
  readonly #values: unknown[];
  readonly #failures = new Map<number, Error>();
  #anyValue = false;
  #succeeded = 0;

  constructor(
    private readonly length: number,
    private readonly taker?: Taker,
  ) {
    this.#values = taker ? [] : new Array(length).fill(undefined);
  }

  /** Takes what an item returned, as its journal has it. */
  succeed(item: number, kind: Kind, content: Content): void {
    this.#succeeded++;
    const value = resultOf(kind, content);
    if (this.taker) {
      this.taker.succeed(item, value);
      return;
    }
    this.#values[item] = value;
    this.#anyValue ||= kind !== Kind.Undefined;
  }

  fail(item: number, error: Error): void {
    this.#failures.set(item, error);
    this.taker?.fail(item);
  }

  get failed(): number {
    return this.#failures.size;
  }

  /** How many items came to something. */
  get ended(): number {
    return this.#succeeded + this.failed;
  }

  outcome(): Outcome {
    return {
      length: this.length,
      values: this.#anyValue ? this.#values : undefined,
      failures: this.#failures,
    };
  }
}

function resultOf(kind: Kind, content: Content): unknown {
  switch (kind) {
    case Kind.Number:
    case Kind.Text:
      return content;
    case Kind.Json:
      return JSON.parse(content as string);
    case Kind.Value:
      return unpack({ bytes: content as Uint8Array, shared: [] });
    case Kind.Null:
      return null;
    case Kind.True:
      return true;
    case Kind.False:
      return false;
    default:
      return undefined;
  }
}
