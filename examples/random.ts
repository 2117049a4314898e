/**
 * Uniform numbers in [0, 1) from a seed: Tommy Ettinger's mulberry32 (2017, public domain), 32 bits of state.
 * Streams of different names never share a sequence, so that one can be drawn without the others.
 */
export class Random {
  #state: number;

  constructor(seed: number, stream = "") {
    // FNV-1a (Fowler, Noll and Vo) over the name, so that neighbouring seeds start far apart
    let hash = 0x811c9dc5;
    for (const character of `${stream}:${seed}`) {
      hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
    }
    this.#state = hash >>> 0;
  }

  uniform(low = 0, high = 1): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return low + (high - low) * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32);
  }

  /** A standard normal number, by the transform of Box and Muller (1958). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }
}
