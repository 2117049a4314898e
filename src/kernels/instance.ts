import { isError } from "../base/realms.js";
import { abortIn, faultOf } from "./faults/faults.js";
import type { Block, Fault, ModuleSource } from "./round-protocol.js";

interface Exports {
  arena(base: number, size: number): void;
  start(): void;
  mark(): number;
  release(): void;
  segment(base: number, size: number): void;
  segmentTop(): number;
  takeTrouble(): number;
  keeper(): number;
  keeperBytes(): number;
  overflowed(): void;
}

type Run = (begin: number, end: number, frame: number, cell: number) => void;

// what `takeTrouble` says
const ranOut = 1;
const keepsRow = 2;

/** Where a call's returned arrays go, in one thread. */
export interface Output {
  /** finds a segment of at least so many bytes; throws when there is none */
  more(bytes: number): Block;
  /** the rest of the current segment */
  block: Block;
}

/** Where what items throw is written down. */
export interface Log {
  add(item: number, fault: Fault): void;
}

/** What an instance runs for some of a call's items. */
export interface Task {
  readonly kernel: string;
  /** address of the frame */
  readonly frame: number;
  /** the word that says which item runs */
  readonly cell: Uint32Array;
  readonly output: Output;
}

/**
 * The kernel modules of one thread. They share its scratch memory, each keeping what its top-level code made; one whose
 * variables keep more has scratch memory of its own.
 */
export class Instances {
  readonly #loaded = new Map<string, Instance>();
  // scratch below is kept for good
  #floor: number;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly scratch: Block,
  ) {
    this.#floor = scratch.address;
  }

  /**
   * Instantiates a module, and runs its top-level code. A module that is there already stays.
   * @throws Error when its top-level code throws
   */
  load(source: ModuleSource): Instance {
    const before = this.#loaded.get(source.hash);
    if (before) return before;
    const instance = this.#instantiate(source);
    this.#loaded.set(source.hash, instance);
    return instance;
  }

  /** A module that is there already. */
  loaded(hash: string): Instance | undefined {
    return this.#loaded.get(hash);
  }

  /** @throws Error for a module that was never loaded, or could not be */
  get(hash: string): Instance {
    const instance = this.#loaded.get(hash);
    if (!instance) throw new Error("The kernel's module could not be loaded in this thread.");
    return instance;
  }

  /** Makes all scratch that is not kept the instance's own. */
  lendScratch(instance: Instance): void {
    instance.useScratch(this.#floor, this.scratch.address + this.scratch.bytes);
  }

  #instantiate(source: ModuleSource): Instance {
    const instance = new Instance(this.memory, source);
    this.lendScratch(instance);
    try {
      const floor = instance.start();
      if (!source.keeping) this.#floor = floor;
    } catch (thrown) {
      const { site, message } = faultOf(thrown);
      throw new Error(`The top-level code of a kernel module threw ${site.name}: ${message}`, {
        cause: thrown,
      });
    }
    return instance;
  }
}

/** One module in one thread. */
export class Instance {
  #exports: Exports & Record<string, Run>;
  #floor = -1;
  #output: Output | undefined;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly source: ModuleSource,
  ) {
    this.#exports = this.#instantiate();
  }

  #instantiate(): Exports & Record<string, Run> {
    const { memory, source } = this;
    const env = { memory, abort: abortIn(memory), reserve: (bytes: number) => this.#reserve(bytes >>> 0) };
    const exports = new WebAssembly.Instance(source.module, { env }).exports as never as Exports;
    if (source.keeping) exports.arena(source.keeping.scratch.address, source.keeping.scratch.bytes);
    return exports as Exports & Record<string, Run>;
  }

  start(): number {
    this.#exports.start();
    return this.#exports.mark() >>> 0;
  }

  useScratch(floor: number, end: number): void {
    if (floor === this.#floor || this.source.keeping) return;
    this.#exports.arena(floor, end - floor);
    this.#floor = floor;
  }

  /** Runs items from `begin` up to `end`. What an item throws goes to the log, and the next one runs. */
  run(task: Task, begin: number, end: number, log: Log): void {
    const { kernel, frame, cell, output } = task;
    this.#output = output;
    this.#exports.segment(output.block.address, output.block.bytes);
    for (let from = begin; from < end; ) {
      // also before the kernel does it, which may trap when it reads its frame
      Atomics.store(cell, 0, from);
      try {
        this.#exports[`run$${kernel}`](from, end, frame, cell.byteOffset);
        break;
      } catch (thrown) {
        const item = Atomics.load(cell, 0);
        log.add(item, this.#release(faultOf(thrown), isError(thrown) && thrown.name === "RangeError"));
        from = item + 1;
      }
    }
    this.#closeSegment(output);
  }

  /** Frees what a failed item allocated. What its module's variables keep stays, and may be why it failed. */
  #release(fault: Fault, overflowed: boolean): Fault {
    const { keeping } = this.source;
    const trouble = keeping && this.#exports.takeTrouble();
    if (trouble === keepsRow) {
      const name = keeping!.variables[this.#exports.keeper()];
      this.#beginAnew();
      return { ...fault, message: `module variable "${name}" ${fault.message}` };
    }
    try {
      if (keeping && overflowed) this.#exports.overflowed();
      this.#exports.release();
    } catch (thrown) {
      if (!keeping) throw thrown;
      this.#beginAnew();
    }
    if (trouble !== ranOut) return fault;
    const name = keeping!.variables[this.#exports.keeper()];
    const bytes = this.#exports.keeperBytes() >>> 0;
    if (name === undefined || bytes < keeping!.scratch.bytes / 8) return fault;
    return { ...fault, message: `${fault.message}; module variable "${name}" keeps ${bytes} of them` };
  }

  // a variable that keeps a row would take it for the next item's: the module's state is as at first again
  #beginAnew(): void {
    this.#closeSegment(this.#output!);
    this.#exports = this.#instantiate();
    this.start();
    const { address, bytes } = this.#output!.block;
    this.#exports.segment(address, bytes);
  }

  #closeSegment(output: Output): void {
    const top = this.#exports.segmentTop() >>> 0;
    const { address, bytes } = output.block;
    output.block = { address: top, bytes: address + bytes - top };
  }

  #reserve(bytes: number): number {
    const output = this.#output!;
    output.block = output.more(bytes);
    this.#exports.segment(output.block.address, output.block.bytes);
    return output.block.address;
  }
}
