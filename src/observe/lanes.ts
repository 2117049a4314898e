/** A row of a timeline. No two spans on it overlap. */
export interface Lane {
  readonly pid: number;
  readonly tid: number;
  /** when its last span ends; infinite while that is not known */
  freeAt: number;
}

/** The rows for spans of one kind: one, and as many more as spans overlap. */
export class Lanes {
  readonly #all: Lane[] = [];

  /** @param open makes a row: the first of these is number 0 */
  constructor(private readonly open: (nth: number) => Lane) {}

  /** A row that is free at this time, taken until it is given back. Spans come in the order of their ends. */
  take(time: number): Lane {
    let lane = this.#all.find(({ freeAt }) => freeAt <= time);
    if (!lane) {
      lane = this.open(this.#all.length);
      this.#all.push(lane);
    }
    lane.freeAt = Number.POSITIVE_INFINITY;
    return lane;
  }

  get first(): Lane {
    if (this.#all.length === 0) this.#all.push(this.open(0));
    return this.#all[0];
  }
}
