import { onExit } from "#host/program";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import { isURL } from "../base/realms.js";
import { now } from "../events/clock.js";
import { subscribe } from "../events/stream.js";
import { Timeline } from "./timeline.js";
import type { TraceEvent } from "./trace-event.js";
import { TraceFile } from "./trace-file.js";

/**
 * How a timeline is recorded.
 * @example
 * import { trace, type TraceOptions } from "nogil";
 *
 * const options: TraceOptions = { maxEvents: 10_000 };
 * using timeline = trace("job.json", options);
 */
export interface TraceOptions {
  /**
   * Events to record at most. What comes after them is dropped, and counted.
   * @default 1,000,000 in a file (some 200 MB), 100,000 without one
   */
  maxEvents?: number | undefined;
}

/** A timeline that is being recorded. */
export interface Trace<Recorded> extends Disposable, AsyncDisposable {
  /** Events so far. */
  readonly events: number;
  /** Events that there was no room for. */
  readonly dropped: number;
  /**
   * Ends the recording; a second time it only returns the same again.
   * @throws what kept the file from being written
   */
  stop(): Recorded;
}

/** A timeline in the Trace Event Format: `JSON.stringify` it for a file that Perfetto and Chrome's DevTools open. */
export interface RecordedTrace {
  readonly displayTimeUnit: "ms";
  /** in the order in which they ended */
  readonly traceEvents: readonly TraceEvent[];
  /** what the format has no field for */
  readonly otherData: {
    /** when the trace began, in ISO 8601 */
    readonly began: string;
    /** events that there was no room for */
    readonly dropped: number;
  };
}

/** What is in a trace file. */
export interface TraceFileReport {
  /** as it was given to `trace` */
  readonly file: string | URL;
  /** events in it */
  readonly events: number;
  /** events that there was no room for */
  readonly dropped: number;
}

/**
 * Records a timeline of all calls from now on: the batches and steps of pipelines, calls, what every worker ran of them and when,
 * workers that start and end, and the shared memory in use. https://ui.perfetto.dev and Chrome's DevTools (panel Performance) open it.
 *
 * With a file it is written there as it comes, valid at any time, and complete when the recording is stopped, or the program ends.
 * Without one `stop` returns the timeline as an object. Calls still in flight then are drawn up to there, `unfinished`.
 *
 * @param file where to write it: a path or file URL. Node only
 * @param options how many events to record at most
 * @throws TypeError for a file outside of Node; what the file system says of a file that cannot be written
 * @cost A few events, of some 200 bytes each, for a call, a worker's share of it and a step; none for each item.
 * @example
 * import { trace } from "nogil";
 *
 * const timeline = trace("job.json");
 * await job.run({ batchSize: 64 });
 * timeline.stop();
 */
export function trace(file: string | URL, options?: TraceOptions): Trace<TraceFileReport>;
/**
 * Records a timeline of all calls from now on, in memory: `stop` returns it. Browsers too.
 * @param options how many events to record at most
 * @throws TypeError, RangeError for options that cannot be meant
 * @cost A few events for a call, a worker's share of it and a step; none for each item.
 * @example
 * import { trace } from "nogil";
 *
 * const timeline = trace();
 * await batch.standardize();
 * console.log(JSON.stringify(timeline.stop()));
 */
export function trace(options?: TraceOptions): Trace<RecordedTrace>;
export function trace(
  first?: string | URL | TraceOptions,
  second: TraceOptions = {},
): Trace<TraceFileReport | RecordedTrace> {
  if (first === "") throw new TypeError('trace() takes a file (its path or URL) or options first, got "".');
  if (typeof first === "string" || isURL(first)) {
    checkOptionNames(second, ["maxEvents"], "trace()");
    return record(checkMost(second.maxEvents ?? 1_000_000), (tick) => {
      const file = new TraceFile(first, tick);
      return {
        add: (event) => file.add(event),
        finish: ({ events, dropped }) => {
          file.close();
          return { file: first, events, dropped };
        },
      };
    });
  }
  if (first !== undefined) {
    if (typeof first !== "object") {
      throw new TypeError(
        `trace() takes a file (its path or URL) or options first, got ${shownValue(first)}.`,
      );
    }
    checkOptionNames(first, ["maxEvents"], "trace()");
  }
  return record(checkMost(first?.maxEvents ?? 100_000), () => {
    const traceEvents: TraceEvent[] = [];
    return {
      add: (event) => traceEvents.push(event),
      finish: ({ began, dropped }) => ({
        displayTimeUnit: "ms",
        traceEvents,
        otherData: { began: new Date(began).toISOString(), dropped },
      }),
    };
  });
}

function checkMost(most: number): number {
  if (Number.isSafeInteger(most) && most >= 1) return most;
  throw new RangeError(`trace(): maxEvents takes a whole number, 1 or more, got ${shownValue(most)}.`);
}

interface Extent {
  readonly began: number;
  readonly events: number;
  readonly dropped: number;
}

/** Where events go. */
interface Sink<Recorded> {
  add(event: TraceEvent): void;
  finish(extent: Extent): Recorded;
}

/** @param open makes the sink; it may call `tick` from time to time, which adds what a killed program would not get to */
function record<Recorded>(most: number, open: (tick: () => void) => Sink<Recorded>): Trace<Recorded> {
  const sink = open(() => timeline.markCalls());
  const began = now();
  let events = 0;
  let dropped = 0;
  const timeline = new Timeline(began, (event) => {
    // rows need their names
    if (events >= most && event.ph !== "M") {
      dropped++;
      return false;
    }
    events++;
    sink.add(event);
    return true;
  });
  const unsubscribe = subscribe((event) => timeline.take(event));
  let recorded: (() => Recorded) | undefined;
  const stop = (): Recorded => {
    recorded ??= end();
    return recorded();
  };
  function end(): () => Recorded {
    unsubscribe();
    stopWaiting();
    timeline.finish(now());
    try {
      const value = sink.finish({ began, events, dropped });
      return () => value;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }
  // also after an uncaught exception; a warning told of what went wrong with the file
  const atExit = () => {
    recorded ??= end();
  };
  const stopWaiting = onExit(atExit);
  return {
    get events() {
      return events;
    },
    get dropped() {
      return dropped;
    },
    stop,
    [Symbol.dispose]: () => void stop(),
    [Symbol.asyncDispose]: async () => void stop(),
  };
}
