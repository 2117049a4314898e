import { frameBytes, writeFrame } from "../abi/frame.js";
import type { Kernel } from "../abi/kernel.js";
import type { Job, Outcome } from "../call/job.js";
import { callOptions } from "../call/options.js";
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
  #taken = false;
  /** items that ended in what runs now, as far as is known */
  underway: () => number = () => 0;
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

  /** Runs every item, and those that failed again as often as the job wants. */
  async run(execute: Execute, mayRetry: () => boolean = () => true): Promise<Outcome> {
    try {
      let later = this.#parts.reduce((sum, { ranges }) => sum + countItems(ranges), 0);
      for (const part of this.#parts) {
        let { ranges } = part;
        later -= countItems(ranges);
        for (let attempt = 0; ranges.length > 0; attempt++) {
          this.#before = this.items - later - countItems(ranges);
          await execute({ ...part, ranges }, this);
          if (attempt >= (this.job.options.retry ?? callOptions.retry.default) || !mayRetry()) break;
          ranges = this.#forgetFailuresIn(part.ranges);
        }
      }
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

  #forgetFailuresIn(ranges: readonly Range[]): Range[] {
    const again: Range[] = [];
    for (const { begin, end } of ranges) {
      for (let item = begin; item < end; item++) {
        const failed = this.#faults.delete(item);
        if (this.#failures.delete(item) || failed) again.push({ begin: item, end: item + 1 });
      }
    }
    return again;
  }

  // in the order of the items
  async #errors(): Promise<ReadonlyMap<number, Error>> {
    const origins = new Map<FaultSite, Origin>();
    for (const { site } of this.#faults.values()) {
      if (!origins.has(site)) origins.set(site, await locate(site, this.kernel));
    }
    const items = Uint32Array.from([...this.#failures.keys(), ...this.#faults.keys()]).sort();
    const errorOf = (item: number): Error => {
      const fault = this.#faults.get(item);
      return fault
        ? kernelError(fault, this.kernel, item, origins.get(fault.site))
        : this.#failures.get(item)!;
    };
    return withoutStacks(() => new Map(Array.from(items, (item) => [item, errorOf(item)])));
  }

  #release(): void {
    this.#binding.release();
    for (const frame of this.#frames) releaseBlock(this.#memory, frame);
    // absent where there was no room for them
    if (!this.#taken) this.results?.discard();
  }
}
