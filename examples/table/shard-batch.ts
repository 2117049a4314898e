import { action, Batch, type Parallel } from "nogil";
import type { Fit } from "./fit.js";
import { TableBatch } from "./table-batch.js";
import { unreadable } from "./table-error.js";

/** Which columns of a table are to be scaled and which to be encoded. */
export interface Columns {
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
}

/** Arrow files with parts of one table. */
export class ShardBatch extends Batch<object, string> {
  /**
   * The rows of these files, one file after another. Numbers become f64, with NaN for null; categories strings or, once
   * there is a fit, their places in it.
   */
  @action
  async read({ columns, fit }: { columns: Columns; fit?: Fit }): Promise<Parallel<TableBatch>> {
    const { numeric, categorical } = columns;
    const options = {
      columns: [...numeric, ...categorical],
      dtypes: Object.fromEntries(numeric.map((name) => [name, "f64" as const])),
      nulls: Object.fromEntries(numeric.map((name) => [name, "nan" as const])),
      categories: fit && Object.fromEntries(fit.categorical.map((each) => [each.name, each.categories])),
    };
    const parts: Parallel<TableBatch>[] = [];
    try {
      for (const path of this.paths) parts.push(await TableBatch.load(path, options).catch(unreadable));
      const table = this.length === 1 ? parts[0] : TableBatch.concat(parts);
      return table.use({ columns, fit });
    } finally {
      if (this.length !== 1) for (const part of parts) part.dispose();
    }
  }
}
