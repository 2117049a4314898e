import { frameBytes, writeFrame } from "../abi/frame.js";
import type { Kernel } from "../abi/kernel.js";
import type { Cancellation } from "../call/cancellation.js";
import { cancelledItem } from "../call/cancelled-item.js";
import type { Job, Outcome } from "../call/job.js";
import { Retries } from "../call/retries.js";
import { type SharedMemory, sharedMemory } from "../columns/memory.js";
import { now } from "../events/clock.js";
import { publish } from "../events/stream.js";
import { countItems, type Range } from "../workers/ranges.js";
import { type Binding, bind } from "./binding/binding.js";
import { ResultBlocks } from "./binding/result-blocks.js";
import { acquireBlock, releaseBlock } from "./binding/small-blocks.js";
import { locate, locateNow, type Origin } from "./faults/fault-location.js";
import { kernelError, withoutStacks } from "./faults/kernel-error.js";
import type { Fault, FaultSite } from "./round-protocol.js";

const nothing = () => 0;

/** Items that one frame describes, ready to run. */
export interface Part {
  readonly kernel: Kernel;
  /** address of the frame */
  readonly frame: number;
  readonly ranges: readonly Range[];
}

/** Runs the items of a part, somewhere, and reports what became of them to the call. */
export type Execute = (part: Part, call: KernelCall) => unknown;

/** One call of a kernel: its arguments are in shared memory, its results have blocks there. */
export class KernelCall {
  readonly results: ResultBlocks;
  readonly items: number;
  readonly #memory: SharedMemory;
  readonly #binding: Binding;
  readonly #frames: number[] = [];
  readonly #parts: Part[];
  readonly #faults = new Map<number, Fault>();
  readonly #failures: Map<number, Error>;
  readonly #origins = new Map<FaultSite, Origin>();
  /** there if anything can end the call early */
  cancellation: Cancellation | undefined;
  #taken = false;
  /** items that ended in what runs now, as far as is known */
  underway: () => number = nothing;
  #before = 0;

  /** @throws TypeError with the kernel's signature, if the arguments are wrong; RangeError when shared memory is full */
  constructor(
    readonly kernel: Kernel,
    readonly job: Job,
  ) {
    this.#memory = sharedMemory();
    this.items = job.invocations.length;
    this.#binding = bind(kernel, job, this.#memory);
    this.#failures = this.#binding.failures;
    try {
      this.results = new ResultBlocks(this.#memory, kernel.signature, this.items);
      this.#parts = this.#binding.groups.map(({ parameters, ranges }) => {
        const bytes = frameBytes(parameters.length);
        const frame = acquireBlock(this.#memory, bytes, "a call");
        this.#frames.push(frame);
        const { results, lengths } = this.results.words;
        writeFrame(this.#memory.bufferTo(frame + bytes), frame, { results, lengths, parameters });
        return { kernel, frame, ranges };
      });
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Bytes of all rows together; Infinity where nobody counted. */
  get rowBytes(): number {
    return this.#binding.rowBytes;
  }

  /** The item threw: its error is made when the call is done. */
  fault(item: number, fault: Fault): void {
    this.#faults.set(item, fault);
  }

  /** The item failed. What it threw before counts, if it did. */
  fail(item: number, error: Error): void {
    if (!this.#faults.has(item) && !this.#failures.has(item)) this.#failures.set(item, error);
  }

  /** How many items ended, also by failing. */
  done(): number {
    return this.#before + this.underway();
  }

  failed(): number {
    return this.#faults.size + this.#failures.size;
  }

  /** Runs every item, and those that failed again as the job wants. */
  async run(execute: Execute, cancellation?: Cancellation): Promise<Outcome> {
    this.cancellation = cancellation;
    const retries = Retries.of(this.job);
    try {
      await this.#execute(this.#parts, execute);
      if (retries) await this.#runAgain(execute, retries);
      const { bytesIn } = this.#binding;
      const bytesOut = this.#binding.copyBack();
      if (bytesIn + bytesOut > 0) {
        const { id, label } = this.job;
        publish({ type: "copied", time: now(), call: id, action: label, bytesIn, bytesOut });
      }
      const failed = this.#faults.size + this.#failures.size > 0;
      const failures = failed ? await this.#errors() : this.#failures;
      this.#taken = true;
      return this.results.take(failures);
    } finally {
      this.#release();
    }
  }

  /**
   * Runs its only item, whose kernel was called as a function.
   * @returns what the kernel returned
   * @throws what it threw
   */
  runOnly(execute: (part: Part, call: KernelCall) => void): unknown {
    try {
      for (const part of this.#parts) execute(part, this);
      this.#binding.copyBack();
      const fault = this.#faults.get(0);
      if (fault) throw kernelError(fault, this.kernel, undefined, locateNow(fault.site, this.kernel));
      return this.results.takeOnly();
    } finally {
      this.#release();
    }
  }

  /** @param waiting items that are in none of the parts and not done either */
  async #execute(parts: readonly Part[], execute: Execute, waiting = 0): Promise<void> {
    let left = waiting + parts.reduce((sum, { ranges }) => sum + countItems(ranges), 0);
    for (const part of parts) {
      this.#before = this.items - left;
      await execute(part, this);
      left -= countItems(part.ranges);
      this.underway = nothing;
    }
    this.#before = this.items - left;
  }

  /** Runs items that failed again, those that are due together, until none is left that may. */
  async #runAgain(execute: Execute, retries: Retries): Promise<void> {
    const { cancellation } = this;
    let ran: readonly Part[] = this.#parts;
    try {
      for (;;) {
        for (const part of ran) if (!cancellation?.error) await this.#judge(part.ranges, retries);
        this.#before = this.items - retries.waiting;
        if (!(await this.#comesLater(retries))) return;
        ran = this.#partsOf(retries.take());
        await this.#execute(ran, execute, retries.waiting);
      }
    } finally {
      for (const item of retries.stop()) this.fail(item, cancelledItem(cancellation!.error!, item));
    }
  }

  /** Waits for items that are due, if any can be. */
  async #comesLater(retries: Retries): Promise<boolean> {
    const { cancellation } = this;
    if (retries.due === 0 && retries.waiting > 0 && !cancellation?.error) {
      const resume = this.job.pause?.();
      // who waits is woken by the first that is due
      await Promise.race(cancellation ? [retries.next(), cancellation.happened] : [retries.next()]);
      resume?.();
    }
    return retries.due > 0 && !cancellation?.error;
  }

  /** Has those that failed and may run again wait for it, as if they had not run. */
  async #judge(ranges: readonly Range[], retries: Retries): Promise<void> {
    if (this.#faults.size + this.#failures.size === 0) return;
    if (retries.reads) await this.#locateFaults();
    for (const { begin, end } of ranges) {
      for (let item = begin; item < end; item++) {
        if (!this.#faults.has(item) && !this.#failures.has(item)) continue;
        const verdict = retries.judge(item, () => this.#errorOf(item));
        if (verdict === undefined) continue;
        this.#faults.delete(item);
        this.#failures.delete(item);
        if (typeof verdict === "number") retries.hold(item, verdict);
        else this.#failures.set(item, verdict);
      }
    }
  }

  #partsOf(items: readonly number[]): Part[] {
    const sorted = Uint32Array.from(items).sort();
    return this.#parts.flatMap((part) => {
      const ranges: Range[] = [];
      for (const { begin, end } of part.ranges) {
        for (let i = firstFrom(sorted, begin); i < sorted.length && sorted[i] < end; i++)
          ranges.push({ begin: sorted[i], end: sorted[i] + 1 });
      }
      return ranges.length > 0 ? [{ ...part, ranges }] : [];
    });
  }

  // in the order of the items
  async #errors(): Promise<ReadonlyMap<number, Error>> {
    await this.#locateFaults();
    const items = Uint32Array.from([...this.#failures.keys(), ...this.#faults.keys()]).sort();
    return withoutStacks(() => new Map(Array.from(items, (item) => [item, this.#errorOf(item)])));
  }

  async #locateFaults(): Promise<void> {
    for (const { site } of this.#faults.values()) {
      if (!this.#origins.has(site)) this.#origins.set(site, await locate(site, this.kernel));
    }
  }

  #errorOf(item: number): Error {
    const fault = this.#faults.get(item);
    if (!fault) return this.#failures.get(item)!;
    return kernelError(fault, this.kernel, item, this.#origins.get(fault.site), this.job.first);
  }

  #release(): void {
    this.#binding.release();
    for (const frame of this.#frames) releaseBlock(this.#memory, frame);
    // absent where there was no room for them
    if (!this.#taken) this.results?.discard();
  }
}

/** The first position of a number that is not less. */
function firstFrom(sorted: Uint32Array, least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
