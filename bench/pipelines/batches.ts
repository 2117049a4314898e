import { setTimeout as delay } from "node:timers/promises";
import { action, Batch, type Dense, inbatchParallel, into, rows } from "nogil";
import { medianOf } from "../build/soak.js";

export class EmptyBatch extends Batch<Record<string, never>, number> {
  @action
  async nothing() {
    return this;
  }
}

const width = 8192;

/** Waits for its rows as for a file, and has their medians computed by workers. */
export class ReadingBatch extends Batch<{ row: Dense<"f64", [number]>; median: Dense<"f64"> }, number> {
  static override module = import.meta.url;

  static megabytes(items: number): string {
    return ((items * width * 8) / 1e6).toFixed(1);
  }

  @action
  async read({ wait }: { wait: number }) {
    await delay(wait);
    const { values } = this.allocate("row", { dtype: "f64", shape: [width] });
    this.indices.forEach((id, i) => {
      const row = values.subarray(i * width, (i + 1) * width);
      row.set(template);
      // other medians for other items
      row.fill(id, 0, id % width);
    });
  }

  @action
  @inbatchParallel({ init: rows("row"), post: into("median"), target: "nogil" })
  medians() {
    return medianOf;
  }
}

const template = Float64Array.from({ length: width }, (_, i) => Math.sin(i * i) * 1000);
