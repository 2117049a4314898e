/** What one step took, over all batches of a run. */
export interface StepTime {
  /** class and method, such as `EcgBatch.load`; the function of a `do`; `rebatch(64)` */
  readonly step: string;
  /** batches that it was done with, also by failing */
  readonly count: number;
  /**
   * milliseconds, over all batches; with `prefetch` batches run at the same time, so that this may be more than the
   * run took
   */
  readonly total: number;
  /** milliseconds, for a batch */
  readonly mean: number;
  /** of the total of all steps, from 0 to 1 */
  readonly share: number;
}

/** Adds up what steps take, in the order of the chain. */
export class Times {
  readonly #steps: { step: string; count: number; total: number }[];

  constructor(names: readonly string[]) {
    this.#steps = names.map((step) => ({ step, count: 0, total: 0 }));
  }

  /** @param position of the step in the chain @param step its name, which for actions tells the class that they ran on */
  add(position: number, step: string, milliseconds: number): void {
    const own = this.#steps[position];
    own.step = step;
    own.count++;
    own.total += milliseconds;
  }

  table(): StepTime[] {
    const all = this.#steps.reduce((sum, { total }) => sum + total, 0);
    return this.#steps.map(({ step, count, total }) => ({
      step,
      count,
      total,
      mean: count === 0 ? 0 : total / count,
      share: all === 0 ? 0 : total / all,
    }));
  }
}
