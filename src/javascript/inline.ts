import { isError } from "../base/realms.js";
import { isThenable } from "../base/thenable.js";
import { Cancellation, isCancellable } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import { Invocation, invocationAt, joinArguments, mergeNamed } from "../call/invocation.js";
import type { Job, Outcome, PoolState } from "../call/job.js";
import { callOptions } from "../call/options.js";
import { refuseDisposed } from "../call/refusals.js";
import { Retries } from "../call/retries.js";
import { returnedKernel } from "../call/returned-kernel.js";
import { watchStall } from "../call/stall.js";
import { now } from "../events/clock.js";
import { publish } from "../events/stream.js";
import type { Target } from "../events/target.js";
import { toError } from "./thrown.js";
import { timeTo } from "./time-to.js";
import { Attempt } from "./worker/attempt.js";
import type { Failing } from "./worker/unhandled-errors.js";

// how long items may keep timers and signals from firing
const turn = 16;

const calls = new Set<InlineRun>();

/** The state of a pool with the calls of its target that run in this thread. */
export function withInlineCalls({ target, workers, waiting }: PoolState): PoolState {
  const inline = [...calls].filter((each) => each.target === target);
  return {
    target,
    workers: [
      ...workers,
      ...inline.map(({ job, running }) => ({
        worker: "main",
        busy: true,
        call: job.id,
        action: job.label,
        items: [...running.keys()],
      })),
    ],
    waiting: inline.reduce((sum, call) => sum + call.waiting, waiting),
  };
}

/** Runs a job on the event loop of this thread, so many items at once. Nothing is copied, and nothing can be ended. */
export function runInline(target: Target, job: Job, concurrency: number): Promise<Outcome> {
  return new InlineRun(target, job).run(concurrency);
}

class InlineRun {
  /** the items that have begun and not ended */
  readonly running = new Map<number, Attempt | undefined>();
  readonly #length: number;
  readonly #values: unknown[];
  readonly #failures = new Map<number, Error>();
  readonly #cancellation: Cancellation;
  readonly #cancellable: boolean;
  readonly #start: (item: number) => unknown;
  readonly #retries: Retries | undefined;
  readonly #exact: boolean;
  #begun = 0;
  // those that wait for their item
  #busy = 0;
  #turned = performance.now();

  constructor(
    readonly target: Target,
    readonly job: Job,
  ) {
    const { options, invocations } = job;
    this.#length = invocations.length;
    this.#values = job.taker ? [] : new Array<unknown>(this.#length).fill(undefined);
    this.#cancellation = new Cancellation(job);
    this.#cancellable = isCancellable(job);
    this.#retries = Retries.of(job);
    this.#exact = options.inFlight !== undefined;
    this.#start = starter(job);
    void this.#cancellation.happened.then(() => this.#endAll(options.grace ?? callOptions.grace.default));
  }

  get waiting(): number {
    return this.#length - this.#begun + (this.#retries?.waiting ?? 0);
  }

  async run(concurrency: number): Promise<Outcome> {
    const { id: call, label: action } = this.job;
    const began = now();
    calls.add(this);
    const unwatch = watchStall(this.job, {
      progress: () => `${this.#begun} ${[...this.running.keys()]}`,
      running: () => [{ worker: "main", items: [...this.running.keys()] }],
      waiting: () => this.waiting,
      rests: () => this.#busy === 0 && this.#begun === this.#length,
    });
    this.job.view?.follow(
      { done: () => this.#begun - this.running.size, failed: () => this.#failures.size },
      this.#cancellation,
    );
    await Promise.all(Array.from({ length: Math.min(concurrency, this.#length) }, () => this.#lane()));
    unwatch();
    calls.delete(this);
    this.#cancellation.ignore();
    const time = now();
    const items = this.#begun;
    publish({ type: "workDone", time, call, action, worker: "main", items, began, busy: time - began });
    const cancelled = (item: number) => this.#fail(item, cancelledItem(this.#cancellation.error!, item));
    this.#retries?.stop().forEach(cancelled);
    for (let item = this.#begun; item < this.#length; item++) cancelled(item);
    const any = this.#values.some((value) => value !== undefined);
    return { length: this.#length, values: any ? this.#values : undefined, failures: this.#failures };
  }

  async #lane(): Promise<void> {
    while (!this.#cancellation.error) {
      const item = this.#begun < this.#length ? this.#begun++ : this.#retries?.takeOne();
      if (item === undefined) {
        if (await this.#comesLater()) continue;
        return;
      }
      const begun = this.#attempt(item);
      if (isThenable(begun) || isError(begun)) {
        await this.#settle(item, begun);
      } else {
        this.#keep(item, begun);
        if (this.#cancellable && performance.now() - this.#turned >= turn) await this.#giveWay();
      }
    }
  }

  /** @returns false at once if nothing is to come, else true when it is time to look again */
  async #comesLater(): Promise<boolean> {
    if (!this.#retries || this.#retries.waiting + this.#busy === 0) return false;
    await Promise.race([this.#retries.next(), this.#cancellation.happened]);
    return true;
  }

  #keep(item: number, value: unknown): void {
    const refused = returnedKernel(value, this.job.label);
    if (refused) this.#fail(item, refused);
    else if (this.job.taker) this.job.taker.succeed(item, value);
    else this.#values[item] = value;
  }

  #fail(item: number, error: Error): void {
    this.#failures.set(item, error);
    this.job.taker?.fail(item);
  }

  async #giveWay(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    this.#turned = performance.now();
  }

  async #settle(item: number, begun: unknown): Promise<void> {
    this.#busy++;
    let outcome = await outcomeOf(begun);
    if (this.#exact) await this.#hasEnded(item);
    let wait = this.#judge(item, outcome);
    while (wait === 0) {
      outcome = await outcomeOf(this.#attempt(item));
      if (this.#exact) await this.#hasEnded(item);
      wait = this.#judge(item, outcome);
    }
    this.#busy--;
    this.running.delete(item);
    if (typeof wait === "number") this.#retries!.hold(item, wait);
    else this.#end(item, wait ?? outcome);
    // others may wait for this one to fail
    if (this.#begun === this.#length) this.#retries?.wake();
  }

  /** Milliseconds until an item runs again, or the error that it ends with, if that is not its own. */
  #judge(item: number, outcome: unknown): number | Error | undefined {
    if (!this.#retries || !isError(outcome) || this.#cancellation.look()) return undefined;
    return this.#retries.judge(item, () => outcome);
  }

  // an item that was given up counts until it has ended; nothing here can end what goes on after its grace
  async #hasEnded(item: number): Promise<void> {
    const { grace = callOptions.grace.default } = this.job.options;
    const stillRuns = this.running.get(item)?.stillRuns;
    if (stillRuns && !this.#cancellation.error) await timeTo(grace, stillRuns);
  }

  #end(item: number, outcome: unknown): void {
    if (!isError(outcome)) this.#keep(item, outcome);
    // what it throws when it is asked to end is but the way it ends
    else if (this.#cancellation.look()) this.#fail(item, cancelledItem(this.#cancellation.error!, item));
    else this.#fail(item, outcome);
  }

  /** What the item returns, or a promise of it, or the Error it throws. */
  #attempt(item: number): unknown {
    const { timeout } = this.job.options;
    // a signal that cannot fire is not worth what it costs
    if (this.#cancellable || timeout !== undefined) {
      const attempt = new InlineItem(this.job, item, () => this.#start(item), this.#cancellation);
      const begun = attempt.begin();
      if (attempt.waits) this.running.set(item, attempt);
      return begun;
    }
    try {
      const begun = this.#start(item);
      if (isThenable(begun)) this.running.set(item, undefined);
      return begun;
    } catch (thrown) {
      return toError(thrown);
    }
  }

  // items are asked to end first; those that go on nevertheless are left behind
  #endAll(grace: number): void {
    for (const attempt of this.running.values()) attempt?.look();
    setTimeout(() => {
      for (const [item, attempt] of this.running)
        attempt?.fail(cancelledItem(this.#cancellation.error!, item));
    }, grace);
  }
}

class InlineItem extends Attempt implements Failing {
  readonly label: string;
  #outcome: unknown;
  #resolve: ((outcome: unknown) => void) | undefined;

  constructor(
    { label, options }: Job,
    readonly item: number,
    override readonly run: () => unknown,
    private readonly cancellation: Cancellation,
  ) {
    super(options.timeout);
    this.label = label;
  }

  /** What the item returns, or the Error it throws, or a promise of that. */
  begin(): unknown {
    this.start();
    return this.waits
      ? new Promise((resolve) => {
          this.#resolve = resolve;
        })
      : this.#outcome;
  }

  protected override settle(failed: boolean, value: unknown): void {
    this.waits = false;
    this.#outcome = failed ? toError(value) : value;
    this.#resolve?.(this.#outcome);
  }

  protected override cancelled(): Error | undefined {
    return this.cancellation.look();
  }
}

/** Runs an item. @throws what no item can begin for */
function starter({ work, invocations, call, bound, label }: Job): (item: number) => unknown {
  if (work.kind === "kernel") throw new TypeError(`${label}: kernels run on nogil, or on for.`);
  refuseDisposed(invocations);
  const run: (args: unknown[]) => unknown =
    work.kind === "method" ? (args) => work.method.apply(work.self, args) : (args) => work.fn(...args);
  return (item) => {
    const given = invocationAt(invocations, item);
    const own = bound
      ? new Invocation([...bound.positional, ...given.positional], mergeNamed(bound.named, given.named))
      : given;
    return run(joinArguments(own, call));
  };
}

async function outcomeOf(begun: unknown): Promise<unknown> {
  try {
    return await begun;
  } catch (thrown) {
    return toError(thrown);
  }
}
