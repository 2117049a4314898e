import { whyNoSharedMemory } from "#host/memory";
import { common, commonIfMade } from "../base/copies.js";
import { Allocator } from "./allocator.js";
import { type ColumnBytes, full, tooSmall } from "./full.js";

const pageBytes = 65_536;
const MiB = 1 << 20;
const reclaimFrom = 256 * MiB;

/**
 * Where the static data of kernel modules goes. Addresses there take exactly four bytes of a module's code, so that a
 * module can be moved within it without changing its length.
 */
export const staticRegion = { begin: MiB, end: 128 * MiB } as const;

/** The one memory that columns and kernels share, in the thread that owns it. Untouched pages of it cost nothing. */
export class SharedMemory {
  readonly memory: WebAssembly.Memory;
  /** Bytes it can grow to. */
  readonly limit: number;
  /** Blocks of columns, scratch and frames. */
  readonly heap: Allocator;
  /** Blocks in the static region. */
  readonly statics: Allocator;
  /** Frees what only garbage holds, when there is a way to. */
  reclaim?: () => void;
  /** What columns have of it. */
  columns: () => ColumnBytes = () => ({ count: 0, bytes: 0, waiting: 0 });
  #reclaimAt = reclaimFrom;
  // memory from here on was never given out, so it still is zero
  #pristine: number = staticRegion.end;

  constructor() {
    const { memory, pages } = largestMemory();
    this.memory = memory;
    this.limit = pages * pageBytes;
    const { begin, end } = staticRegion;
    this.heap = new Allocator((bytes) => this.#reclaim() || this.#grow(bytes) || this.#reclaim(true));
    this.heap.add({ address: end, bytes: memory.buffer.byteLength - end });
    this.statics = new Allocator();
    this.statics.add({ address: begin, bytes: end - begin });
  }

  /** The memory as it is now. Views of earlier buffers stay valid; they only end where the memory ended then. */
  get buffer(): SharedArrayBuffer {
    return this.memory.buffer as unknown as SharedArrayBuffer;
  }

  /** The memory, where another thread may have grown it so that it reaches `end`. */
  bufferTo(end: number): SharedArrayBuffer {
    // growing by nothing makes this thread see what others grew
    if (this.buffer.byteLength < end) this.memory.grow(0);
    return this.buffer;
  }

  /** Bytes that columns can have of it. */
  get forColumns(): number {
    return this.limit - staticRegion.end;
  }

  /** Bytes that the memory can still grow by. */
  get growable(): number {
    return this.limit - this.buffer.byteLength;
  }

  /**
   * @param zeroed clear the block; without it, what is in it is unspecified
   * @throws RangeError with the sizes when there is no room; nothing has changed then
   */
  allocate(bytes: number, { zeroed = false, purpose = "a column" } = {}): number {
    const address = this.tryAllocate(bytes, zeroed);
    if (address !== undefined) return address;
    throw bytes > this.forColumns ? tooSmall(this, bytes, purpose) : full(this, bytes, purpose);
  }

  /** As `allocate`, but gives undefined when there is no room. */
  tryAllocate(bytes: number, zeroed = false): number | undefined {
    const address = this.heap.allocate(bytes);
    if (address === undefined) return undefined;
    const end = address + this.heap.sizeOf(address)!;
    if (zeroed && address < this.#pristine) {
      // shared bytes are cleared one by one, larger elements each at once
      const dirty = Math.min(end, this.#pristine) - address;
      new BigInt64Array(this.bufferTo(end), address, dirty / 8).fill(0n);
    }
    this.#pristine = Math.max(this.#pristine, end);
    return address;
  }

  free(address: number): void {
    this.heap.free(address);
  }

  /** Takes over pages that another thread got by growing the memory: one allocated block. */
  adopt(address: number, bytes: number): void {
    this.heap.adopt(address, bytes);
    this.#pristine = Math.max(this.#pristine, address + bytes);
  }

  // memory that only garbage holds is worth a collection before the memory grows to twice what it was after the last
  #reclaim(needed = false): boolean {
    const { usedBytes } = this.heap;
    if (!this.reclaim || (!needed && usedBytes < this.#reclaimAt)) return false;
    this.reclaim();
    this.#reclaimAt = Math.max(reclaimFrom, 2 * this.heap.usedBytes);
    return this.heap.usedBytes < usedBytes;
  }

  #grow(bytes: number): boolean {
    // what is free at the end of the memory becomes one block with what it grows by
    const wanted = Math.ceil((bytes - this.heap.freeBefore(this.buffer.byteLength)) / pageBytes);
    // in large steps, for every thread must take notice of each
    const generous = Math.ceil(Math.min(this.buffer.byteLength / 4, 256 * MiB) / pageBytes);
    const left = Math.floor(this.growable / pageBytes);
    for (const pages of [Math.max(wanted, generous), wanted]) {
      if (pages > left) continue;
      try {
        const address = this.memory.grow(pages) * pageBytes;
        this.heap.add({ address, bytes: pages * pageBytes });
        return true;
      } catch {
        // refused by the system: try less
      }
    }
    return false;
  }
}

let shared: SharedMemory | undefined;

/** This thread's shared memory, made on first use. */
export function sharedMemory(): SharedMemory {
  shared ??= common("memory", () => new SharedMemory());
  return shared;
}

/** The same, if it was used already. */
export function usedMemory(): SharedMemory | undefined {
  shared ??= commonIfMade("memory");
  return shared;
}

function largestMemory(): { memory: WebAssembly.Memory; pages: number } {
  refuseBigEndian(new Uint8Array(Uint16Array.of(1).buffer));
  const initial = (staticRegion.end + 16 * MiB) / pageBytes;
  let refusal: unknown;
  for (let pages = 65_536; pages >= initial; pages /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial, maximum: pages, shared: true }), pages };
    } catch (error) {
      refusal = error;
    }
  }
  throw new Error(`Shared WebAssembly memory cannot be allocated here. ${whyNoSharedMemory}`, {
    cause: refusal,
  });
}

/**
 * WebAssembly is little-endian everywhere, typed arrays are as the machine is.
 * @param one the number 1 in two bytes
 */
export function refuseBigEndian([first]: Uint8Array): void {
  if (first === 1) return;
  throw new Error(
    "nogil needs a little-endian machine: on this one kernels would read other numbers than JavaScript.",
  );
}
