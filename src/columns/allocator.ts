/** Where every block begins, and what sizes are rounded up to: a cache line, and more than any SIMD load asks for. */
export const alignment = 64;

/** A piece of the address space. */
export interface Room {
  readonly address: number;
  readonly bytes: number;
}

// a free block is kept in a bin by its size in units of 64 bytes: sizes below 32 units have a bin each, larger ones
// 32 bins for every power of two, so that two blocks of one bin differ by 3 % at most
const bins = 32;

function binOf(units: number): number {
  if (units < bins) return units;
  const power = 31 - Math.clz32(units);
  return (power - 4) * bins + ((units >>> (power - 5)) & (bins - 1));
}

const lowestBit = (word: number) => 31 - Math.clz32(word & -word);

/**
 * Gives out blocks of an address space: good fit, O(1), neighbouring free blocks are merged at once. It only keeps
 * books and never touches the memory; one thread owns it.
 */
export class Allocator {
  readonly #used = new Map<number, number>();
  // size of each free block by where it begins, and where it begins by where it ends
  readonly #free = new Map<number, number>();
  readonly #freeEnds = new Map<number, number>();
  readonly #bins: (Set<number> | undefined)[] = [];
  readonly #occupied = new Int32Array(32);
  #rows = 0;
  #freeBytes = 0;
  #usedBytes = 0;
  #peakBytes = 0;

  /** @param more adds room, or frees blocks, when there is no block of so many bytes; false when it can do neither */
  constructor(readonly more: (bytes: number) => boolean = () => false) {}

  get freeBytes(): number {
    return this.#freeBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The most bytes that were used at once, since `resetPeak`. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  resetPeak(): void {
    this.#peakBytes = this.#usedBytes;
  }

  /** Bytes of the largest free block, within 3 %. O(1). */
  get largestFree(): number {
    if (this.#rows === 0) return 0;
    const row = 31 - Math.clz32(this.#rows);
    const bin = row * bins + (31 - Math.clz32(this.#occupied[row]));
    const [address] = this.#bins[bin]!;
    return this.#free.get(address!)!;
  }

  /** Bytes of the free block that ends at an address; 0 where none does. */
  freeBefore(end: number): number {
    const begin = this.#freeEnds.get(end);
    return begin === undefined ? 0 : end - begin;
  }

  /** Free blocks, for tests and reports. */
  *freeBlocks(): IterableIterator<Room> {
    for (const [address, bytes] of this.#free) yield { address, bytes };
  }

  /** Bytes of an allocated block; undefined where none begins. */
  sizeOf(address: number): number | undefined {
    return this.#used.get(address);
  }

  /** @returns the address of at least so many bytes, or undefined when there is no room: then nothing has changed */
  allocate(bytes: number): number | undefined {
    const size = roundUp(bytes);
    do {
      const address = this.#find(size);
      if (address === undefined) continue;
      this.#take(address, size);
      return address;
    } while (this.more(size));
    return undefined;
  }

  /** Makes room known that is free from now on. */
  add({ address, bytes }: Room): void {
    this.#put(address, bytes);
  }

  free(address: number): void {
    const size = this.#used.get(address);
    if (size === undefined)
      throw new Error(`No block begins at ${address}: it was freed already, or never allocated.`);
    this.#used.delete(address);
    this.#usedBytes -= size;
    this.#put(address, size);
  }

  /** Makes an allocated block two: the first of at least `bytes`. Returns where the second begins; undefined if nothing is left. */
  split(address: number, bytes: number): number | undefined {
    const size = this.#used.get(address);
    if (size === undefined) throw new Error(`No block begins at ${address}.`);
    const kept = roundUp(bytes);
    if (kept >= size) return undefined;
    this.#used.set(address, kept);
    this.#used.set(address + kept, size - kept);
    return address + kept;
  }

  /** Takes over a block that somebody else found room for, as allocated. */
  adopt(address: number, bytes: number): void {
    this.#used.set(address, bytes);
    this.#use(bytes);
  }

  #use(bytes: number): void {
    this.#usedBytes += bytes;
    if (this.#usedBytes > this.#peakBytes) this.#peakBytes = this.#usedBytes;
  }

  #find(size: number): number | undefined {
    const units = size / alignment;
    const bin = binOf(units);
    // any block of a higher bin is large enough
    const exact = units < bins ? bin : bin + 1;
    let row = Math.floor(exact / bins);
    const inRow = this.#occupied[row] & (-1 << (exact % bins));
    let higher = inRow;
    if (higher === 0) {
      const rows = row >= 31 ? 0 : this.#rows & (-1 << (row + 1));
      if (rows !== 0) {
        row = lowestBit(rows);
        higher = this.#occupied[row];
      }
    }
    if (higher !== 0) {
      const [address] = this.#bins[row * bins + lowestBit(higher)]!;
      return address;
    }
    // those of its own bin may be, too
    for (const address of this.#bins[bin] ?? []) {
      if (this.#free.get(address)! >= size) return address;
    }
    return undefined;
  }

  #take(address: number, size: number): void {
    const found = this.#free.get(address)!;
    this.#remove(address, found);
    if (found > size) this.#insert(address + size, found - size);
    this.#used.set(address, size);
    this.#use(size);
  }

  #put(address: number, size: number): void {
    const before = this.#freeEnds.get(address);
    const behind = this.#free.get(address + size);
    let begin = address;
    let end = address + size;
    if (behind !== undefined) {
      this.#remove(end, behind);
      end += behind;
    }
    if (before !== undefined) {
      this.#remove(before, address - before);
      begin = before;
    }
    this.#insert(begin, end - begin);
  }

  #insert(address: number, size: number): void {
    const bin = binOf(size / alignment);
    const row = Math.floor(bin / bins);
    this.#free.set(address, size);
    this.#freeEnds.set(address + size, address);
    this.#bins[bin] ??= new Set();
    this.#bins[bin].add(address);
    this.#occupied[row] |= 1 << (bin % bins);
    this.#rows |= 1 << row;
    this.#freeBytes += size;
  }

  #remove(address: number, size: number): void {
    const bin = binOf(size / alignment);
    const row = Math.floor(bin / bins);
    this.#free.delete(address);
    this.#freeEnds.delete(address + size);
    const blocks = this.#bins[bin]!;
    blocks.delete(address);
    this.#freeBytes -= size;
    if (blocks.size > 0) return;
    this.#occupied[row] &= ~(1 << (bin % bins));
    if (this.#occupied[row] === 0) this.#rows &= ~(1 << row);
  }
}

function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / alignment)) * alignment;
}
