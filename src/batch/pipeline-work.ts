import { common } from "../base/copies.js";

/** Keeps the calls of a run's later batches from those of earlier ones. */
export interface Turn {
  /** Resolves when a call that occupies so many workers may begin. @returns what to call when it has ended */
  enter(workers: number): Promise<() => void>;
}

/** What the parallel calls of a batch are told by the pipeline that works on it. */
interface Work {
  readonly signal: AbortSignal;
  readonly turn: Turn;
  readonly place: PlaceInRun;
}

/** Which batch of which run it is. */
export interface PlaceInRun {
  readonly run: number;
  readonly batch: number;
}

const works = common("works", () => new WeakMap<object, Work>());

/** Says what ends the work on a batch, and when its calls have their turn; with `undefined` that it is done. */
export function bindWork(batch: object, work: Work | undefined): void {
  if (work) works.set(batch, work);
  else works.delete(batch);
}

/** The signal that ends the work of a pipeline on a batch; undefined for one that no pipeline works on, and in workers. */
export function signalOf(batch: object): AbortSignal | undefined {
  return works.get(batch)?.signal;
}

export function placeOf(batch: object): PlaceInRun | undefined {
  return works.get(batch)?.place;
}

export function turnOf(batch: object): Turn | undefined {
  return works.get(batch)?.turn;
}

/** A call's place among those that use the workers: it can be left for a while. */
export class Place {
  #leave = () => {};

  constructor(
    private readonly turn: Turn,
    private readonly workers: number,
  ) {}

  async enter(): Promise<void> {
    this.#leave = await this.turn.enter(this.workers);
  }

  leave(): void {
    this.#leave();
  }

  /** Leaves until what comes back is called. The call goes on at once then, and is counted as soon as it has its turn. */
  pause(): () => void {
    this.#leave();
    let over = false;
    this.#leave = () => {
      over = true;
    };
    return () => {
      void this.turn.enter(this.workers).then((leave) => {
        if (over) leave();
        else this.#leave = leave;
      });
    };
  }
}
