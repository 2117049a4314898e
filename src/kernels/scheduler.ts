import type { Kernel } from "../abi/kernel.js";
import { Cancellation, isCancellable } from "../call/cancellation.js";
import { cancelledItem, named } from "../call/cancelled-item.js";
import { cores } from "../call/cores.js";
import type { Job, Outcome, PoolState } from "../call/job.js";
import type { RunOptions } from "../call/options.js";
import { callOptions } from "../call/options.js";
import { watchStall } from "../call/stall.js";
import { sharedMemory } from "../columns/memory.js";
import { type ClaimSizes, countItems, type Range } from "./claims.js";
import { runInline } from "./inline.js";
import { KernelCall, type Part } from "./kernel-call.js";
import { Round } from "./round.js";
import { callsInFlight, coresWanted, engineWords } from "./round-protocol.js";
import { type Ending, Slot } from "./worker-slot.js";

/** Milliseconds that workers get to finish their claims when a call is cancelled, before they are ended. */
const grace = 10;
/** Milliseconds until a sleeping worker has a call and this thread its reply; smaller work is done here meanwhile. */
const wakeUp = 0.15;
/** Milliseconds that a claim may take. */
const longestClaim = 5;
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
  // with those that are retired, and still run what they had
  #slots: Slot[] = [];
  readonly #rounds = new Map<number, Round>();
  readonly #costs = new WeakMap<Kernel, Cost>();
  readonly #cancellations = new Set<Cancellation>();
  readonly #cores = cores.join((wanted) => Atomics.store(this.#words(), coresWanted, wanted));
  #engine: Uint32Array | undefined;

  async run(kernel: Kernel, job: Job): Promise<Outcome> {
    const { options } = job;
    const engine = this.#words();
    const call = new KernelCall(kernel, job);
    if (options.workers === 0 || this.#isSmall(call)) {
      return call.run(async (part) => {
        this.#learn(kernel, countItems(part.ranges), await runInline(part, call), 0);
      });
    }

    const cancellation = new Cancellation(job);
    this.#cancellations.add(cancellation);
    // counted before anything is sent: workers that run another call let this one in from their next claim on
    Atomics.add(engine, callsInFlight, 1);
    try {
      return await call.run(
        (part) => this.#runPart(part, call, cancellation),
        () => cancellation.error === undefined,
      );
    } finally {
      Atomics.sub(engine, callsInFlight, 1);
      cancellation.ignore();
      this.#cancellations.delete(cancellation);
    }
  }

  /** Whether a call would run in this thread, and what its kernel's items took before, in milliseconds. */
  foresee(call: Pick<KernelCall, "kernel" | "items" | "rowBytes" | "job">): {
    small: boolean;
    perItem?: number;
    claims: ClaimSizes;
  } {
    const { kernel, job } = call;
    const perItem = this.#costs.get(kernel)?.milliseconds;
    return { small: this.#isSmall(call), perItem, claims: this.#claimSizes(kernel, job.options) };
  }

  /** What the workers do; kernels claim items as they run, so that those of a call in flight do not wait. */
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
      const items = countItems(left);
      const workers = Math.min(options.workers ?? cores.total, items);
      const before = call.results.bytes;
      const round: Round = new Round({ ...part, ranges: left }, call, this.#choose(workers, options), {
        claims: this.#claimSizes(part.kernel, options),
        cores: options.workers,
        resultBytes: Math.max(smallestPool, 2 * items * (this.#costs.get(part.kernel)?.resultBytes ?? 0)),
        errorOf: (ending, item) => this.#lost(ending, round, item, call, cancellation),
      });
      left = await this.#watched(round, cancellation, options.timeout);
      this.#learn(part.kernel, items - countItems(left), round.busy, call.results.bytes - before);
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
  #isSmall({ kernel, items, rowBytes, job }: Parameters<Scheduler["foresee"]>[0]): boolean {
    if (job.options.timeout !== undefined || isCancellable(job) || rowBytes > smallRows) return false;
    const cost = this.#costs.get(kernel);
    return cost !== undefined && items * cost.milliseconds < wakeUp;
  }

  #claimSizes(kernel: Kernel, { chunkSize }: RunOptions): ClaimSizes {
    const cost = this.#costs.get(kernel);
    return { size: chunkSize, most: cost && Math.max(1, Math.floor(longestClaim / cost.milliseconds)) };
  }

  // those that can begin at once come first, idle ones before busy ones; those with too little scratch memory are replaced
  #choose(wanted: number, { scratch = callOptions.scratch.default, workers }: RunOptions): Slot[] {
    for (const slot of this.#slots) if (slot.scratchBytes < scratch) slot.retire();
    this.#slots = this.#slots.filter(({ gone }) => !gone);
    const usable = this.#slots.filter(({ retired }) => !retired);
    const idle = usable.filter(({ load }) => load === 0);
    const busy = usable.filter(({ load }) => load > 0).sort((a, b) => a.load - b.load);
    const most = Math.max(wanted, cores.total);
    while (idle.length < wanted && idle.length + busy.length < most) {
      const slot = new Slot(scratch, this.#words().byteOffset, this.#cores, (message) =>
        this.#rounds.get(message.id)?.faults(message),
      );
      this.#slots.push(slot);
      idle.push(slot);
    }
    const ready = this.#cores.available(workers);
    return [...idle.slice(0, ready), ...busy, ...idle.slice(ready)].slice(0, wanted);
  }

  #words(): Uint32Array {
    if (!this.#engine) {
      const memory = sharedMemory();
      const address = memory.allocate(4 * engineWords, { zeroed: true, purpose: "the engine" });
      this.#engine = new Uint32Array(memory.bufferTo(address + 4 * engineWords), address, engineWords);
    }
    return this.#engine;
  }

  #learn(kernel: Kernel, items: number, busy: number, resultBytes: number): void {
    if (items === 0) return;
    const milliseconds = busy / items;
    const before = this.#costs.get(kernel) ?? { milliseconds, resultBytes: 0 };
    this.#costs.set(kernel, {
      // more is believed at once, less little by little: a call that is too large for this thread holds up everything
      milliseconds: Math.max(milliseconds, (before.milliseconds + 3 * milliseconds) / 4),
      resultBytes: Math.max(before.resultBytes / 2, resultBytes / items),
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
