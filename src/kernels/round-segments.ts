import type { SharedMemory } from "../columns/memory.js";
import type { ResultBlocks } from "./binding/result-blocks.js";
import { type Block, segmentCount, segmentTable } from "./round-protocol.js";

/** Where the workers of a round put the arrays that kernels return: pieces of a pool, or memory that they grew. */
export class RoundSegments {
  /** free memory that workers take segments from */
  readonly pool: Block | undefined;
  readonly #all: (Block & { readonly top: number })[] = [];

  /** @param bytes that returned arrays are likely to have */
  constructor(
    private readonly memory: SharedMemory,
    private readonly results: ResultBlocks,
    bytes: number,
  ) {
    if (results.returnsArrays) this.pool = this.#makePool(bytes);
  }

  // untouched memory costs nothing, and what is not used comes back: so workers need to grow the memory only
  // where free memory is scarce
  #makePool(likely: number): Block | undefined {
    const { heap } = this.memory;
    const bytes = Math.max(likely, Math.min(heap.largestFree / 2, 2 ** 31));
    const address = this.memory.tryAllocate(bytes);
    return address === undefined ? undefined : { address, bytes: heap.sizeOf(address)! };
  }

  /**
   * Takes over what a worker's area of the control block says that it took.
   * @param top up to where its last segment is filled, which is the only one that can have room left; if that is known
   */
  note(area: Uint32Array, top: number | undefined): void {
    const count = area[segmentCount];
    for (let i = 0; i < count; i++) {
      const [address, bytes] = area.subarray(segmentTable + 2 * i);
      const isLast = i === count - 1;
      this.#all.push({ address, bytes, top: isLast && top !== undefined ? top : address + bytes });
    }
    area[segmentCount] = 0;
  }

  /** Hands them to the results: those of the pool as blocks of their own; what lies between and behind is free again. */
  keep(): void {
    const { heap } = this.memory;
    let rest = this.pool?.address;
    const end = this.pool ? this.pool.address + this.pool.bytes : 0;
    for (const { address, bytes, top } of this.#all.sort((a, b) => a.address - b.address)) {
      if (rest !== undefined && address >= rest && address < end) {
        if (address > rest) {
          heap.split(rest, address - rest);
          heap.free(rest);
        }
        rest = heap.split(address, bytes);
      } else {
        this.memory.adopt(address, bytes);
      }
      this.results.keep({ address, bytes }, top);
    }
    if (rest !== undefined) heap.free(rest);
  }
}
