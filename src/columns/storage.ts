import { canCollectGarbage, collectGarbage } from "#host/memory";
import { common } from "../base/copies.js";
import { alignment } from "./allocator.js";
import type { ColumnBytes } from "./full.js";
import { sharedMemory, usedMemory } from "./memory.js";

/**
 * Blocks of this thread's shared memory, freed when their last owner, the last call that uses them and the last lease
 * that lies on them are gone.
 */
export class Lease {
  owners = 1;
  #retained = 0;
  #dependents = 0;
  #freed = false;

  /** @param under leases of memory that this one's owner uses, too */
  constructor(
    readonly blocks: readonly number[],
    readonly under: readonly Lease[] = [],
  ) {
    for (const lease of under) lease.addDependent();
  }

  /** Memory that another lease's owner uses lies here. */
  addDependent(): void {
    this.#dependents++;
  }

  /** It does not any more. */
  removeDependent(): void {
    this.#dependents--;
    this.#freeIfUnused();
  }

  get retained(): boolean {
    return this.#retained > 0;
  }

  get freed(): boolean {
    return this.#freed;
  }

  /** Keeps the blocks until the function that comes back is called, whatever is disposed of meanwhile. */
  retain(): () => void {
    this.#retained++;
    let retained = true;
    return () => {
      if (!retained) return;
      retained = false;
      this.#retained--;
      this.#freeIfUnused();
    };
  }

  release(): void {
    this.owners--;
    this.#freeIfUnused();
  }

  /** No view is left anywhere in this thread. */
  abandon(): void {
    this.owners = 0;
    this.#freeIfUnused();
  }

  #freeIfUnused(): void {
    if (this.#freed || this.owners > 0 || this.#retained > 0 || this.#dependents > 0) return;
    this.#freed = true;
    abandoned.unregister(this);
    watched.delete(this);
    for (const block of this.blocks) sharedMemory().free(block);
    for (const lease of this.under) lease.removeDependent();
  }
}

const { abandoned, leases, watched } = common("leases", () => ({
  abandoned: new FinalizationRegistry<Lease>((lease) => lease.abandon()),
  leases: new WeakMap<object, Lease>(),
  watched: new Map<Lease, WeakRef<object>>(),
}));

// the registry tells of garbage only between two tasks, which may be too late
function reclaim(): void {
  collectGarbage();
  for (const [lease, buffer] of watched) {
    if (!buffer.deref()) lease.abandon();
  }
}

function columnBytes(): ColumnBytes {
  const { heap } = sharedMemory();
  const bytesOf = ({ blocks }: Lease) => blocks.reduce((sum, block) => sum + heap.sizeOf(block)!, 0);
  const all = [...watched.keys()];
  const bytes = all.reduce((sum, lease) => sum + bytesOf(lease), 0);
  const disposed = all.filter((lease) => lease.owners <= 0);
  return { count: all.length - disposed.length, bytes, waiting: disposed.length };
}

/** The bytes that a column lies in. Two columns may share one; it goes when both are disposed of. */
export class Storage {
  #open = true;

  private constructor(
    /** every view of the column is a view of this object, so it tells when none is left */
    readonly buffer: ArrayBufferLike,
    /** absent where the bytes are another thread's, or ordinary memory */
    readonly lease?: Lease,
  ) {}

  /**
   * Over allocated blocks of this thread's shared memory, which it owns from now on, and over memory that views of other
   * columns lie in, which stays as long as this does. O(1).
   */
  static of(blocks: readonly number[], views: readonly ArrayBufferView[] = []): Storage {
    // a buffer of its own over the same memory: what garbage collection does to it tells about this column alone
    const memory = sharedMemory();
    memory.reclaim ??= canCollectGarbage ? reclaim : undefined;
    memory.columns = columnBytes;
    const end = Math.max(
      0,
      ...blocks.map((block) => block + memory.heap.sizeOf(block)!),
      ...views.map(({ byteOffset, byteLength }) => byteOffset + byteLength),
    );
    const buffer: SharedArrayBuffer = structuredClone(memory.bufferTo(end));
    const lease = new Lease(blocks, [...new Set(views.map(leaseOf))]);
    leases.set(buffer, lease);
    abandoned.register(buffer, lease, lease);
    watched.set(lease, new WeakRef(buffer));
    return new Storage(buffer, lease);
  }

  /** @throws RangeError when shared memory is full */
  static allocate(bytes: number, zeroed: boolean): { storage: Storage; address: number } {
    const address = sharedMemory().allocate(bytes, { zeroed });
    return { storage: Storage.of([address]), address };
  }

  /** Over bytes that somebody else owns. */
  static foreign(buffer: ArrayBufferLike): Storage {
    return new Storage(buffer);
  }

  /** For another column over the same bytes. */
  share(): Storage {
    this.check();
    if (this.lease) this.lease.owners++;
    return new Storage(this.buffer, this.lease);
  }

  get disposed(): boolean {
    return !this.#open;
  }

  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.lease?.release();
  }

  /** @throws Error once disposed */
  check(): void {
    if (!this.#open) {
      throw new Error(
        "This column was disposed of: its memory may hold other data now. Make a new one, or dispose later.",
      );
    }
  }
}

/**
 * The address of a typed array that lies in this thread's shared memory, as the views of columns do.
 * @returns undefined for any other
 * @throws Error for a view of a column that was disposed of
 */
export function ownedAddress(view: ArrayBufferView): number | undefined {
  const lease = leases.get(view.buffer);
  if (!lease) return undefined;
  if (lease.freed) throw new Error(goneView);
  return view.byteOffset;
}

/** What views have their bytes in: this thread's shared memory, which many buffers show, or the buffer of any other view. */
// not all programs that use the library have types of WebAssembly
export type Memory = object;

/** The same for all views that may have bytes in common. */
export function memoryUnder({ buffer }: ArrayBufferView): Memory {
  return leases.has(buffer) ? sharedMemory().memory : buffer;
}

/** The memory as a buffer, up to `end` at least. */
export function bufferTo(end: number, memory: Memory): ArrayBufferLike {
  return memory === usedMemory()?.memory ? sharedMemory().bufferTo(end) : (memory as ArrayBufferLike);
}

function leaseOf(view: ArrayBufferView): Lease {
  const lease = leases.get(view.buffer);
  if (!lease) throw new Error("Only views of columns are in this thread's shared memory.");
  if (lease.freed) throw new Error(goneView);
  return lease;
}

const goneView =
  "This array is a view of a column that was disposed of: its memory may hold other data now. Copy what is " +
  "needed longer, or dispose later.";

/** Keeps the memory under a view of a column until the function that comes back is called. */
export function retainView(view: ArrayBufferView): () => void {
  return leases.get(view.buffer)?.retain() ?? (() => {});
}

export const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;
