import type { Kernel } from "../abi/kernel.js";
import { Cancellation, isCancellable } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import { cores } from "../call/cores.js";
import type { Job, Outcome, PoolState } from "../call/job.js";
import { callOptions, type RunOptions } from "../call/options.js";
import { sharedMemory } from "../columns/memory.js";
import { CostModel, cautiously } from "../workers/cost-model.js";
import { PoolMembers } from "../workers/members.js";
import { countItems } from "../workers/ranges.js";
import type { ClaimSizes } from "./claims.js";
import { runHere, runInline } from "./inline.js";
import { KernelCall, type Part } from "./kernel-call.js";
import { Round } from "./round.js";
import { callsInFlight, coresWanted, engineWords } from "./round-protocol.js";
import { Slot } from "./worker-slot.js";

/** Milliseconds until a sleeping worker has a call and this thread its reply; smaller work is done here meanwhile. */
const wakeUp = 0.15;
/** Milliseconds that a claim may take. */
const longestClaim = 5;
const smallRows = 1 << 16;
/** Bytes for returned arrays of a kernel that was not called before. */
const smallestPool = 1 << 20;

/** Spreads calls over worker threads, which it starts as they are needed. */
export class Scheduler {
  readonly members = new PoolMembers("nogil");
  // with those that are retired, and still run what they had
  #slots: Slot[] = [];
  readonly #costs = new CostModel<Kernel>(new WeakMap(), cautiously);
  // bytes of returned arrays, for each item
  readonly #resultBytes = new WeakMap<Kernel, number>();
  // while there are no words there is no worker, either
  readonly #cores = cores.join(
    (missing) => this.#engine && Atomics.store(this.#engine, coresWanted, missing),
  );
  #engine: Uint32Array | undefined;

  async run(kernel: Kernel, job: Job): Promise<Outcome> {
    const { options } = job;
    const engine = this.#words();
    const call = new KernelCall(kernel, job);
    if (options.workers === 0 || this.#isSmall(call)) {
      return runHere(call, (part) => {
        const learn = (busy: number) => this.#learn(kernel, countItems(part.ranges), busy, 0);
        const busy = runInline(part, call);
        return typeof busy === "number" ? learn(busy) : busy.then(learn);
      });
    }

    const cancellation = new Cancellation(job);
    job.view?.follow(call, cancellation);
    const inRounds = async (part: Part) => {
      // counted before anything is sent: workers that run another call let this one in from their next claim on
      Atomics.add(engine, callsInFlight, 1);
      try {
        await this.#runPart(part, call, cancellation);
      } finally {
        Atomics.sub(engine, callsInFlight, 1);
      }
    };
    try {
      return await call.run(inRounds, cancellation);
    } finally {
      cancellation.ignore();
    }
  }

  /** Whether a call would run in this thread, and what its kernel's items took before, in milliseconds. */
  foresee(call: Pick<KernelCall, "kernel" | "items" | "rowBytes" | "job">): {
    small: boolean;
    perItem?: number;
    claims: ClaimSizes;
  } {
    const { kernel, job } = call;
    const perItem = this.#costs.perItem(kernel);
    return { small: this.#isSmall(call), perItem, claims: this.#claimSizes(kernel, job.options) };
  }

  /** What the workers do; kernels claim items as they run, so that those of a call in flight do not wait. */
  state(): PoolState {
    return this.members.state();
  }

  /** Ends every worker; what runs in them fails. */
  async close(): Promise<void> {
    this.members.cancelCalls(new Error("The nogil engine was closed."));
    await Promise.all(this.#slots.splice(0).map((slot) => slot.dispose()));
  }

  async #runPart(part: Part, call: KernelCall, cancellation: Cancellation): Promise<void> {
    const { options } = call.job;
    let left = part.ranges;
    while (left.length > 0 && !cancellation.error) {
      const items = countItems(left);
      const workers = Math.min(options.workers ?? cores.total, options.inFlight ?? items, items);
      const bytesBefore = call.results.bytes;
      const round = new Round({ ...part, ranges: left }, call, cancellation, this.#choose(workers, options), {
        claims: this.#claimSizes(part.kernel, options),
        cores: options.workers,
        resultBytes: Math.max(smallestPool, 2 * items * (this.#resultBytes.get(part.kernel) ?? 0)),
      });
      const before = countItems(part.ranges) - items;
      call.underway = () => before + round.done();
      left = await this.members.follow(round, call.job, () => round.run());
      this.#learn(part.kernel, items - countItems(left), round.busy, call.results.bytes - bytesBefore);
    }
    for (const { begin, end } of left) {
      for (let item = begin; item < end; item++) call.fail(item, cancelledItem(cancellation.error!, item));
    }
  }

  // what was measured says nothing of rows that are much longer
  #isSmall({ kernel, items, rowBytes, job }: Parameters<Scheduler["foresee"]>[0]): boolean {
    if (job.options.timeout !== undefined || isCancellable(job) || rowBytes > smallRows) return false;
    const perItem = this.#costs.perItem(kernel);
    return perItem !== undefined && items * perItem < wakeUp;
  }

  #claimSizes(kernel: Kernel, { chunkSize }: RunOptions): ClaimSizes {
    const perItem = this.#costs.perItem(kernel);
    const most = perItem === undefined ? undefined : Math.max(1, Math.floor(longestClaim / perItem));
    return { size: chunkSize, most };
  }

  // those that can begin at once come first, idle ones before busy ones; those with too little scratch memory are replaced
  #choose(wanted: number, { scratch = callOptions.scratch.default, workers }: RunOptions): Slot[] {
    for (const slot of this.#slots) if (slot.scratchBytes < scratch) slot.retire();
    this.#slots = this.#slots.filter(({ gone }) => !gone);
    const usable = this.#slots.filter(({ retired }) => !retired);
    const idle = usable.filter(({ core }) => core.users === 0);
    const busy = usable.filter(({ core }) => core.users > 0).sort((a, b) => a.core.users - b.core.users);
    const most = Math.max(wanted, cores.total);
    while (idle.length < wanted && idle.length + busy.length < most) {
      const slot = new Slot(scratch, this.#words().byteOffset, this.#cores, this.members);
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
    this.#costs.learn(kernel, items, busy);
    const before = this.#resultBytes.get(kernel) ?? 0;
    if (before + resultBytes > 0) this.#resultBytes.set(kernel, Math.max(before / 2, resultBytes / items));
  }
}
