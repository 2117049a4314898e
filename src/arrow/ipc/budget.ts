const mebibyte = 2 ** 20;

/**
 * How much memory values may take that have no bytes of their own: rows of a column of nulls, say, or of a list that many
 * rows have in common. Otherwise a few bytes could fill the memory.
 */
export class Budget {
  #bytes: number;
  #left: number;

  /** @param bytes of the data */
  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#left = 8 * bytes + 16 * mebibyte;
  }

  /** More data: what was compressed counts by its own size. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#left += 8 * bytes;
  }

  /** @throws RangeError once it is all spent */
  spend(bytes: number): void {
    this.#left -= bytes;
    if (this.#left >= 0) return;
    throw new RangeError(
      `The Arrow data has ${this.#bytes} bytes, and values that would take more than 8 times that and 16 MiB: rows ` +
        "without bytes of their own, or that repeat others.",
    );
  }
}
