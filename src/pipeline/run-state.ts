import { now } from "../events/clock.js";
import { publish } from "../events/stream.js";
import { EventLoop } from "./event-loop.js";
import type { PipelineError } from "./pipeline-error.js";
import type { BatchesOptions, RunReport } from "./run-types.js";
import type { Link } from "./steps.js";
import { Times } from "./times.js";
import { Turns } from "./turns.js";
import { type Declarations, Variables } from "./variables.js";

let runs = 0;

/** What one run has of its own. Two runs of one pipeline share nothing that changes. */
export class RunState {
  readonly number = ++runs;
  readonly variables: Variables;
  readonly times: Times;
  readonly turns = new Turns();
  readonly eventLoop = new EventLoop();
  readonly skipFailures: boolean;
  readonly failures: PipelineError[] = [];
  batches = 0;
  items = 0;
  skipped = 0;
  stopped = false;
  /** items of the dataset that the run is done with */
  passed = 0;
  #numbered = 0;

  constructor(links: readonly Link[], declarations: Declarations, { onError = "throw" }: BatchesOptions) {
    this.variables = new Variables(declarations);
    this.times = new Times(links.map(({ name }) => name));
    this.skipFailures = onError === "skip";
  }

  /** The number of one more batch in the run. */
  nextNumber(): number {
    return this.#numbered++;
  }

  /** A step is done with a batch, also by failing. @param began by `performance.now()` */
  stepDone(
    position: number,
    step: string,
    batch: number,
    items: number,
    began: number,
    error?: unknown,
  ): void {
    const milliseconds = performance.now() - began;
    this.times.add(position, step, milliseconds);
    const time = now();
    publish({
      type: "stepDone",
      time,
      run: this.number,
      batch,
      step,
      items,
      began: time - milliseconds,
      ...(error === undefined ? undefined : { error }),
    });
  }

  /** Somebody asks for the first batch. @param of class of the batches */
  started(of: string): void {
    publish({ type: "runStarted", time: now(), run: this.number, of });
  }

  /** @param error what ended it early */
  ended(error: unknown): void {
    const { number: run, batches, items, skipped } = this;
    publish({
      type: "runEnded",
      time: now(),
      run,
      batches,
      items,
      skipped,
      failed: this.failures.length,
      ...(error === undefined ? undefined : { error }),
    });
  }

  report(): RunReport<any> {
    const { batches, items, skipped, failures, stopped, variables } = this;
    return {
      batches,
      items,
      skipped,
      failures: [...failures],
      stopped,
      variables: { ...variables.values },
      times: this.times.table(),
    };
  }
}
