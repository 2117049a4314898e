import { kindOf } from "../base/kind-of.js";
import { isNamed, shownValue } from "../base/option-names.js";
import {
  checkRun,
  type InvocationsFor,
  type Listing,
  type OptionsFor,
  type Returned,
  type RunArguments,
  type RunRunnable,
} from "./run.js";
import { type Reading, StreamIteration } from "./streaming/iteration.js";
import { checkSource } from "./streaming/source.js";

/**
 * How `stream` reads and yields.
 * @group Types behind types
 * @example
 * import type { ReadingOptions } from "nogil";
 *
 * const reading: ReadingOptions<false> = { ordered: false, highWaterMark: 100 };
 */
export interface ReadingOptions<O extends boolean> {
  /**
   * Whether results come in the order of the items; with `false` as `[index, result]` as soon as they are there.
   * @default true
   */
  ordered?: O | undefined;
  /**
   * Items that are read and not yielded yet, at most.
   * @default chosen from how long items take: what keeps the workers busy for 100 ms, 32,768 at most
   */
  highWaterMark?: number | undefined;
}

/**
 * The options of `stream`, with such arguments.
 * @group Types behind types
 */
export type StreamOptionsFor<K, I, G extends readonly unknown[], O extends boolean> = Omit<
  OptionsFor<K, I, G>,
  keyof ReadingOptions<O>
> &
  ReadingOptions<O>;

/**
 * The options of `stream`, whatever its arguments are.
 * @example
 * import { type StreamArguments, stream } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * const options: StreamArguments = { args: [{ floor: 1 }], highWaterMark: 100 };
 * for await (const each of stream(peak, [Float64Array.of(1, 2, 9)], options)) console.log(each);
 */
export interface StreamArguments<O extends boolean = true>
  extends Omit<RunArguments, keyof ReadingOptions<O>>,
    ReadingOptions<O> {}

/**
 * What a stream yields for an item, with `ordered: false` beside the item's number.
 * @group Types behind types
 */
export type Streamed<K, O extends boolean> = O extends false
  ? [index: number, result: Returned<K> | Error]
  : Returned<K> | Error;

/**
 * Runs a kernel or a function for every entry that an iterable or async iterable yields, in bounded memory: it reads as much as
 * keeps the workers busy, and no more while nobody takes the results.
 *
 * Entries, options and errors are those of `run`: the Error of an item that failed takes its place, and its `item` is the item's
 * number in the stream. Short items run together in chunks, long ones one by one. `break` cancels what runs and ends the source. If the source throws,
 * the results of the items before are yielded, then the iteration throws that. A signal or deadline ends it in the same way: what has
 * ended is yielded, then it throws the reason. If the arguments of every item were refused for one reason, it throws that at the end.
 *
 * @param runnable a kernel, `partial(…)` of one, or a function
 * @param source the items, in any iterable or async iterable: each is its one argument, or an array of its arguments
 * @param options `args` for arguments of every item, `ordered`, `highWaterMark`, and the options of a call; the `total` of a `bar` is `Infinity`
 * @returns what the items returned, in the order of the items; `[index, result]` as they come with `ordered: false`. It is read once.
 * @throws TypeError for a runnable, a source or options that cannot be meant; the iteration, what the source throws, and with `debug`
 * the first error of an item
 * @cost An item costs what it costs in `run`, and about 0.2 µs to be awaited. Nothing is read before the first result is asked for.
 * @example
 * import { stream } from "nogil";
 * import { peak } from "./build/kernels.js";
 *
 * async function* signals() {
 *   for (let i = 1; i <= 3; i++) yield Float64Array.of(i, 10 * i);
 * }
 *
 * for await (const highest of stream(peak, signals())) console.log(highest); // 10, 20, 30
 */
export function stream<
  K extends RunRunnable,
  I extends Listing = any,
  G extends readonly [] | readonly unknown[] = [],
  O extends boolean = true,
>(
  runnable: K,
  source: InvocationsFor<K, I, G>,
  options: StreamOptionsFor<K, I, G, O> = {} as StreamOptionsFor<K, I, G, O>,
): AsyncGenerator<Streamed<K, O>, undefined, undefined> {
  if (!isNamed(options)) {
    throw new TypeError(
      `stream() takes an object of options third, such as { ordered: false }, got ${kindOf(options)}.`,
    );
  }
  const { ordered, highWaterMark, ...given } = options as StreamArguments<O>;
  const checked = checkRun(runnable, given as RunArguments, "stream");
  const reading = checkReading({ ordered, highWaterMark });
  const open = checkSource(source, `${checked.label}: its source is`);
  return new StreamIteration(checked, open, reading);
}

function checkReading({ ordered = true, highWaterMark }: ReadingOptions<boolean>): Reading {
  const wrong = (name: string, expected: string, value: unknown) =>
    new TypeError(`stream(): the option "${name}" takes ${expected}, got ${shownValue(value)}.`);
  if (typeof ordered !== "boolean") throw wrong("ordered", "true or false", ordered);
  if (highWaterMark !== undefined && !(Number.isSafeInteger(highWaterMark) && highWaterMark >= 1))
    throw wrong("highWaterMark", "a whole number, 1 or more", highWaterMark);
  return { ordered, highWaterMark };
}
