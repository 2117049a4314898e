/**
 * How a worker gives its core up for others. The budget of cores asks: where it has requests that it cannot grant it
 * writes how many into a word of shared memory (`Share.onRequests`). Workers answer between two pieces of work: when
 * they have had their core for a while and the word says so, they leave what they have to be sent again.
 */
export class CoreTurn {
  #since = 0;
  #over = false;

  /** @param least milliseconds for which the worker keeps its core */
  constructor(
    private readonly least: number,
    private readonly isWanted: () => boolean,
  ) {}

  /** The worker has a core. @param now as `performance.now()` has it */
  begin(now: number): void {
    this.#since = now;
    this.#over = false;
  }

  /** Whether the core is to be given up, by all who use the worker. */
  isOver(now: number): boolean {
    this.#over ||= now - this.#since >= this.least && this.isWanted();
    return this.#over;
  }
}

/** Subtracts one of the cores that a word says are wanted, so that no other worker gives up another one for it. */
export function takeWanted(words: Uint32Array, at: number): boolean {
  for (;;) {
    const wanted = Atomics.load(words, at);
    if (wanted === 0) return false;
    if (Atomics.compareExchange(words, at, wanted, wanted - 1) === wanted) return true;
  }
}
