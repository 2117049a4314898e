import { sharedMemory } from "../columns/memory.js";
import { Cancellation } from "../engines/cancellation.js";
import type { Job, Outcome, PoolState } from "../engines/engine.js";
import { watchStall } from "../engines/stall.js";
import type { Kernel } from "../kernel.js";
import { KernelCall, type Part } from "./call.js";
import { cancelledItem, named } from "./cancelled-item.js";
import type { Range } from "./claims.js";
import { parallelism } from "./host.js";
import { defaultScratch, runHere } from "./local.js";
import { type Ending, Slot } from "./pool.js";
import { Round } from "./round.js";

/** Milliseconds that workers get to finish their claims when a call is cancelled, before they are ended. */
const grace = 10;
/** Work of fewer milliseconds than this takes longer to hand to a sleeping thread. */
const wakeUp = 0.05;
const smallRows = 1 << 16;
/** Bytes for returned arrays of a kernel that was not called before. */
const smallestPool = 1 << 20;

/** What earlier calls of a kernel cost, for each item. */
interface Cost {
  readonly milliseconds: number;
  readonly resultBytes: number;
}

/** Spreads calls over worker threads, which it starts as they are needed. */
export class Scheduler {
  readonly #slots: Slot[] = [];
  readonly #rounds = new Map<number, Round>();
  readonly #costs = new WeakMap<Kernel, Cost>();
  readonly #cancellations = new Set<Cancellation>();
  #inFlight: Uint32Array | undefined;

  async run(kernel: Kernel, job: Job): Promise<Outcome> {
    const { options } = job;
    const call = new KernelCall(kernel, job);
    if (options.workers === 0 || this.#isSmall(call)) {
      const began = performance.now();
      const outcome = await call.run(runHere);
      this.#learn(kernel, call.items, performance.now() - began, 0);
      return outcome;
    }

    const cancellation = new Cancellation(options, job.label);
    this.#cancellations.add(cancellation);
    const inFlight = this.#counter();
    // counted before anything is sent: workers that run another call let this one in from their next claim on
    Atomics.add(inFlight, 0, 1);
    try {
      return await call.run(
        (part) => this.#runPart(part, call, cancellation),
        () => cancellation.error === undefined,
      );
    } finally {
      Atomics.sub(inFlight, 0, 1);
      cancellation.ignore();
      this.#cancellations.delete(cancellation);
    }
  }

  /** What the workers do at this moment. */
  state(): PoolState {
    const running = [...this.#rounds.values()].flatMap((round) =>
      round.running().map(({ slot, item }) => ({ slot, item, job: round.call.job })),
    );
    const workers = this.#slots
      .filter(({ alive }) => alive)
      .map((slot) => {
        const own = running.filter((each) => each.slot === slot);
        const { id: call, label: action } = own[0]?.job ?? {};
        return { worker: slot.worker, busy: slot.load > 0, call, action, items: own.map(({ item }) => item) };
      });
    const waiting = [...this.#rounds.values()].reduce((sum, round) => sum + round.unclaimed(), 0);
    return { target: "nogil", workers, waiting };
  }

  /** Ends every worker; what runs in them fails. */
  async close(): Promise<void> {
    for (const cancellation of this.#cancellations)
      cancellation.cancel(new Error("The nogil engine was closed."));
    await Promise.all(this.#slots.splice(0).map((slot) => slot.dispose()));
  }

  async #runPart(part: Part, call: KernelCall, cancellation: Cancellation): Promise<void> {
    const { options } = call.job;
    let left = part.ranges;
    while (left.length > 0 && !cancellation.error) {
      const items = count(left);
      const workers = Math.min(options.workers ?? parallelism(), items);
      const before = call.results.bytes;
      const round: Round = new Round(
        { ...part, ranges: left },
        call,
        this.#leastBusy(workers, options.scratch),
        {
          chunkSize: options.chunkSize,
          resultBytes: Math.max(smallestPool, 2 * items * (this.#costs.get(part.kernel)?.resultBytes ?? 0)),
          errorOf: (ending, item) => this.#lost(ending, round, item, call, cancellation),
        },
      );
      left = await this.#watched(round, cancellation, options.timeout);
      this.#learn(part.kernel, items - count(left), round.busy, call.results.bytes - before);
    }
    for (const { begin, end } of left) {
      for (let item = begin; item < end; item++) call.fail(item, cancelledItem(cancellation.error!, item));
    }
  }

  async #watched(round: Round, cancellation: Cancellation, timeout?: number): Promise<readonly Range[]> {
    this.#rounds.set(round.id, round);
    let over = false;
    void cancellation.happened.then(() => {
      if (!over) this.#cancel(round, () => over);
    });
    const watch = timeout === undefined ? undefined : watchTimeouts(round, timeout);
    const unwatch = watchStall(round.call.job, {
      progress: () =>
        round
          .running()
          .map(({ index, item }) => `${index}:${item}`)
          .join(),
      running: () => round.running().map(({ slot, item }) => ({ worker: slot.worker, items: [item] })),
      waiting: () => round.unclaimed(),
    });
    try {
      return await round.run();
    } finally {
      over = true;
      clearInterval(watch);
      unwatch();
      this.#rounds.delete(round.id);
    }
  }

  // workers that finish their claims at once need not be ended; those that are busy with other calls need not be waited for
  #cancel(round: Round, isOver: () => boolean): void {
    round.stop();
    const finish = () => {
      if (isOver()) return;
      round.leaveBusyWorkers();
      for (const { slot } of round.running()) void slot.end({ kind: "cancelled", round: round.id });
      setTimeout(finish, 1);
    };
    setTimeout(finish, grace);
  }

  // what was measured tells nothing of rows that are much longer
  #isSmall({ kernel, items, rowBytes, job }: KernelCall): boolean {
    const { timeout, deadline, signal } = job.options;
    if (timeout !== undefined || deadline !== undefined || signal || rowBytes > smallRows) return false;
    const cost = this.#costs.get(kernel);
    return cost !== undefined && items * cost.milliseconds < wakeUp;
  }

  // idle workers first; those with too little scratch memory are replaced
  #leastBusy(wanted: number, scratch = defaultScratch): Slot[] {
    for (const slot of this.#slots.filter(({ scratchBytes }) => scratchBytes < scratch)) {
      this.#slots.splice(this.#slots.indexOf(slot), 1);
      void slot.retire();
    }
    const idle = this.#slots.filter(({ load }) => load === 0).length;
    const most = Math.max(wanted, parallelism());
    for (let more = wanted - idle; more > 0 && this.#slots.length < most; more--) {
      this.#slots.push(
        new Slot(scratch, this.#counter().byteOffset, (message) =>
          this.#rounds.get(message.id)?.fault(message),
        ),
      );
    }
    return [...this.#slots].sort((a, b) => a.load - b.load).slice(0, wanted);
  }

  #counter(): Uint32Array {
    if (!this.#inFlight) {
      const memory = sharedMemory();
      const address = memory.allocate(4, { zeroed: true, purpose: "a counter" });
      this.#inFlight = new Uint32Array(memory.bufferTo(address + 4), address, 1);
    }
    return this.#inFlight;
  }

  #learn(kernel: Kernel, items: number, busy: number, resultBytes: number): void {
    if (items === 0) return;
    const now = { milliseconds: busy / items, resultBytes: resultBytes / items };
    const before = this.#costs.get(kernel) ?? now;
    this.#costs.set(kernel, {
      milliseconds: (before.milliseconds + now.milliseconds) / 2,
      resultBytes: Math.max(before.resultBytes / 2, now.resultBytes),
    });
  }

  #lost(
    ending: Ending,
    round: Round,
    item: number,
    { kernel, job }: KernelCall,
    { error }: Cancellation,
  ): Error {
    const own = { kernel: kernel.name, item };
    if (ending.kind === "timeout" && ending.round === round.id && ending.item === item) {
      const text = `The item took longer than its timeout of ${job.options.timeout} ms, so its worker thread was ended.`;
      return Object.assign(named("TimeoutError", text, { item }), own);
    }
    if (error && ending.kind !== "crashed") return cancelledItem(error, item);
    const reason =
      ending.kind === "crashed"
        ? (ending.error?.message ?? "for no known reason")
        : "another item ran too long";
    const text = `The worker thread that ran this item ended: ${reason} (${kernel.name}, item ${item}).`;
    const cause = ending.kind === "crashed" ? ending.error : undefined;
    return Object.assign(named("Error", text, { cause, item }), own, { code: "ERR_NOGIL_WORKER_ENDED" });
  }
}

// an item that is seen to run, and is still seen after its time, is over it: an item runs only once in a round
function watchTimeouts(round: Round, timeout: number): ReturnType<typeof setInterval> {
  const seen = new Map<number, { item: number; since: number }>();
  return setInterval(
    () => {
      const now = performance.now();
      const running = round.running();
      for (const index of seen.keys()) if (!running.some((one) => one.index === index)) seen.delete(index);
      for (const { slot, index, item } of running) {
        const before = seen.get(index);
        if (before?.item !== item) seen.set(index, { item, since: now });
        else if (now - before.since >= timeout) {
          seen.delete(index);
          void slot.end({ kind: "timeout", round: round.id, item });
        }
      }
    },
    Math.min(100, Math.max(1, timeout / 8)),
  );
}

function count(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
}
