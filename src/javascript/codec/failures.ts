import type { Content } from "../../workers/chunk-journal.js";
import { builtInClass } from "./built-in-errors.js";
import { type Exports, locateClass } from "./error-class.js";
import { ErrorParcel, packError } from "./errors.js";

// Most errors have a message and a stack, and nothing else. Thousands of them come from few places, so that what their
// stacks say below the message is written once a chunk.

const plainClasses = new Map(
  [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((each) => [
    each.prototype as object,
    each.name,
  ]),
);

// of places that differ from item to item there is no use in knowing all
const mostPlaces = 256;

/** An error as a list: its class, its message if it has one, whether the stack begins with these, and the rest of the stack. */
type PlainError = readonly [
  itsClass: string,
  message: string | null,
  headed: boolean,
  /** itself, or where it is among those of the errors before */
  frames: string | number,
];

/** Packs the errors of a chunk. */
export class FailureWriter {
  readonly #places = new Map<string, number>();
  /** where the error before came from, which is where most come from */
  #last: { readonly frames: string; readonly place: number } | undefined;

  /** @param exports of the module that the work lies in */
  write(error: Error, exports: Exports): string | Uint8Array {
    const plain = this.#plain(error);
    return plain ? JSON.stringify(plain) : packError(error, exports, locateClass).bytes;
  }

  #plain(error: Error): PlainError | undefined {
    const itsClass = plainClasses.get(Object.getPrototypeOf(error));
    if (itsClass === undefined || error.name !== itsClass) return undefined;
    for (const key of Object.getOwnPropertyNames(error))
      if (key !== "stack" && key !== "message") return undefined;
    let message: string | null = null;
    const own = Object.getOwnPropertyDescriptor(error, "message");
    if (own) {
      if (own.enumerable || typeof own.value !== "string") return undefined;
      message = own.value;
    }
    if (Object.prototype.propertyIsEnumerable.call(error, "stack")) return undefined;
    const { stack } = error;
    if (typeof stack !== "string") return undefined;
    const head = headOf(itsClass, message);
    const headed = stack.startsWith(head);
    const begin = headed ? head.length : 0;
    // to look for a stack among many takes longer than to compare it with one
    const last = this.#last;
    if (last && stack.length === begin + last.frames.length && stack.endsWith(last.frames))
      return [itsClass, message, headed, last.place];
    const frames = stack.slice(begin);
    const known = this.#places.get(frames);
    const place = known ?? this.#places.size;
    if (known === undefined) {
      if (place === mostPlaces) return [itsClass, message, headed, frames];
      this.#places.set(frames, place);
    }
    this.#last = { frames, place };
    return [itsClass, message, headed, known ?? frames];
  }
}

/** Reads what a writer wrote, in the same order. */
export class FailureReader {
  readonly #places: string[] = [];

  /** @returns a parcel where the error's class has to be found first */
  read(content: Content): Error | ErrorParcel {
    if (typeof content !== "string") return new ErrorParcel({ bytes: content as Uint8Array, shared: [] });
    const [itsClass, message, headed, place]: PlainError = JSON.parse(content);
    let frames: string;
    if (typeof place === "number") frames = this.#places[place];
    else {
      frames = place;
      if (this.#places.length < mostPlaces) this.#places.push(frames);
    }
    return makeError(itsClass, message, headed ? headOf(itsClass, message) + frames : frames);
  }
}

function headOf(itsClass: string, message: string | null): string {
  return message ? `${itsClass}: ${message}` : itsClass;
}

function makeError(itsClass: string, message: string | null, stack: string): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const made = builtInClass(itsClass) as unknown as ErrorConstructor;
  const error = message === null ? new made() : new made(message);
  Error.stackTraceLimit = limit;
  error.stack = stack;
  return error;
}
