import type { Cancellation } from "../call/cancellation.js";
import type { Core, CoreRequest } from "../call/cores.js";
import type { Ending, WorkerEnd } from "./ending.js";
import { watchTimeout } from "./item-timeouts.js";
import type { Journal } from "./journal.js";

/** Work that a worker has, or is about to get. */
export interface Work<Reply> {
  /** where the worker writes down how far it is */
  readonly journal: Journal;
  /** rejects only if no worker can run it */
  readonly ended: Promise<Ending<Reply>>;
  /** Asks items that run to end, and lets no other begin. */
  stop(): void;
  /** Ends the worker, or goes on without it. Called each millisecond until the work has ended. */
  end(why: WorkerEnd): void;
}

/** One worker at a time of a call, and what becomes of its work. */
export interface Lane<Reply> {
  readonly core: Core;
  /** whether anything is left for a worker to do */
  hasWork(): boolean;
  /** Where there is nothing to do now but may be later: resolves when it is time to look again. Meanwhile the lane has no core. */
  later?(): Promise<void> | undefined;
  /** Sends work to the worker; undefined if none is left after all. */
  send(): Work<Reply> | undefined;
  /** Takes what came of the work, and puts back what did not begin. */
  account(ending: Ending<Reply>): void | Promise<void>;
}

export interface LaneOptions {
  /** cores that may be in use, if more than there are */
  readonly limit?: number;
  /** milliseconds that items get to end by themselves when the call is cancelled */
  readonly grace: number;
  /** milliseconds after which an item's worker is ended */
  readonly timeout?: number;
}

/** The lanes of a call: each gets a core, sends work, waits for its end, accounts for it and releases the core, again and again. */
export class Lanes {
  /** why the call as a whole cannot run */
  failure: Error | undefined;
  readonly #requests = new Set<CoreRequest>();
  readonly #paused = new Set<() => void>();

  constructor(
    private readonly cancellation: Cancellation,
    private readonly options: LaneOptions,
  ) {}

  /** whether no more work is to be sent */
  get over(): boolean {
    return this.cancellation.error !== undefined || this.failure !== undefined;
  }

  /** Runs lanes until none has work. Look at `failure` then. */
  async run(lanes: readonly Lane<any>[]): Promise<void> {
    let done = false;
    void this.cancellation.happened.then(() => done || this.#stop());
    await Promise.all(
      lanes.map((lane) =>
        this.#drive(lane).catch((error) => {
          this.failure ??= error;
          this.#stop();
        }),
      ),
    );
    done = true;
  }

  #stop(): void {
    this.#withdraw();
    for (const resume of this.#paused) resume();
  }

  #withdraw(): void {
    for (const request of this.#requests) request.withdraw();
  }

  async #drive<Reply>(lane: Lane<Reply>): Promise<void> {
    const { core } = lane;
    const goesOn = () => !this.over && lane.hasWork();
    for (;;) {
      if (!goesOn()) {
        if (await this.#pause(lane)) continue;
        return;
      }
      if (!(await this.#acquire(core))) continue;
      let later: Promise<unknown> | undefined;
      try {
        const work = lane.send();
        if (work) {
          const ending = await this.#endOf(work);
          if (ending.kind === "left") later = ending.later;
          await lane.account(ending);
        }
        // those that wait for a core would find nothing left to do
        if (!goesOn()) this.#withdraw();
      } finally {
        const release = () => core.release();
        if (later) later.then(release, release);
        else release();
      }
    }
  }

  /** @returns false at once if nothing is to come, else true when it is time to look again */
  async #pause({ later }: Lane<any>): Promise<boolean> {
    const coming = this.over ? undefined : later?.();
    if (!coming) return false;
    await new Promise<void>((resolve) => {
      const resume = () => {
        this.#paused.delete(resume);
        resolve();
      };
      this.#paused.add(resume);
      void coming.then(resume);
    });
    return true;
  }

  async #acquire(core: Core): Promise<boolean> {
    const request = core.acquire(this.options.limit);
    this.#requests.add(request);
    const granted = await request.settled;
    this.#requests.delete(request);
    return granted;
  }

  async #endOf<Reply>(work: Work<Reply>): Promise<Ending<Reply>> {
    const { timeout, grace } = this.options;
    const unwatch =
      timeout === undefined ? undefined : watchTimeout(work.journal, timeout, (why) => work.end(why));
    let force: ReturnType<typeof setTimeout> | undefined;
    const end = () => {
      work.end({ kind: "cancelled" });
      force = setTimeout(end, 1);
    };
    try {
      const ending = await Promise.race([work.ended, this.cancellation.happened]);
      if (ending) return ending;
      work.stop();
      force = setTimeout(end, grace);
      return await work.ended;
    } finally {
      clearTimeout(force);
      unwatch?.();
    }
  }
}
