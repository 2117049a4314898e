import { kindOf } from "../../base/kind-of.js";
import { isThenable } from "../../base/thenable.js";
import { Invocation } from "../../call/invocation.js";
import { hintForEntries } from "../../call/mistaken-entries.js";
import { elementAt, isColumn } from "../../columns/from-values.js";

type Next = IteratorResult<unknown, unknown>;

/** What entries are read from, one after another. */
export interface Source {
  /** whether `next` returns what is next, in place of a promise of it */
  readonly sync: boolean;
  /** Called when nobody reads before what was asked for last has come. */
  next(): Next | PromiseLike<Next>;
  /**
   * Ends it before its end; it is not read any more.
   * @param reading whether something was asked for that has not come
   * @returns when it has ended; undefined where nobody knows whether it ever will
   */
  close(reading: boolean): Promise<unknown> | undefined;
}

/** Whether entries come asynchronously. What is both is read synchronously, as `run` reads it. */
export function isAsyncIterable(entries: unknown): entries is AsyncIterable<unknown> {
  return (
    typeof entries === "object" &&
    entries !== null &&
    !(Symbol.iterator in entries) &&
    (Symbol.asyncIterator in entries || isWebStream(entries))
  );
}

// browsers have those that are no async iterables
function isWebStream(value: object): value is ReadableStream<unknown> {
  return Object.prototype.toString.call(value) === "[object ReadableStream]" && "getReader" in value;
}

/**
 * @param what is said of it in errors, such as `stream(f): its source is`
 * @throws TypeError for what is not an iterable or an async iterable
 */
export function checkSource(entries: unknown, what: string): () => Source {
  if (isColumn(entries)) {
    const column = entries;
    return () => ofIterator(elementsOf(column));
  }
  const object = typeof entries === "object" && entries !== null ? entries : undefined;
  if (object && Symbol.iterator in object) {
    return () => ofIterator((object as Iterable<unknown>)[Symbol.iterator]());
  }
  if (object && isWebStream(object)) return () => ofWebStream(object);
  if (object && isAsyncIterable(object)) return () => ofAsync(object);
  throw new TypeError(
    `${what} ${kindOf(entries)}, expected an iterable or async iterable with an entry for each item, such as an async generator.` +
      hint(entries),
  );
}

function hint(entries: unknown): string {
  return typeof entries === "string"
    ? " For the lines of a file use node:readline, for characters an array."
    : hintForEntries(entries);
}

function* elementsOf(column: Parameters<typeof elementAt>[0] & { readonly length: number }) {
  for (let i = 0; i < column.length; i++) yield new Invocation([elementAt(column, i)]);
}

function ofIterator(iterator: Iterator<unknown>): Source {
  return {
    sync: true,
    next: () => iterator.next(),
    close: async () => void iterator.return?.(),
  };
}

function ofAsync(entries: AsyncIterable<unknown>): Source {
  const iterator = entries[Symbol.asyncIterator]();
  return {
    sync: false,
    next: () => iterator.next(),
    close(reading) {
      // a generator ends only when it gets to its next yield, which a stream that waits for data may never do
      if (reading) (entries as { destroy?(): unknown }).destroy?.();
      const ended = iterator.return?.();
      if (!reading) return Promise.resolve(ended);
      if (isThenable(ended)) ended.then(undefined, () => {});
      return undefined;
    },
  };
}

function ofWebStream(entries: ReadableStream<unknown>): Source {
  const reader = entries.getReader();
  return {
    sync: false,
    next: () => reader.read() as Promise<Next>,
    async close() {
      await reader.cancel();
      reader.releaseLock();
    },
  };
}

/** @throws TypeError for what is not an object, as the language has it */
export function checkNext(next: unknown, label: string): Next {
  if (typeof next === "object" && next !== null) return next as Next;
  throw new TypeError(
    `${label}: next() of its source returned ${kindOf(next)}, expected an object with value and done.`,
  );
}
