import {
  action,
  Batch,
  type Column,
  type Dense,
  inbatchParallel,
  invocation,
  ParallelError,
  type Results,
} from "nogil";
import * as kernels from "./build/kernels.js";
import type { Fit } from "./fit.js";
import type { Columns } from "./shard-batch.js";
import { TableError } from "./table-error.js";

/** Rows that one run of a kernel gets. */
export const blockRows = 2_500;

/** A column of the table: numbers; categories, as strings or as places among all categories; and encoded. */
type TableColumn = Dense<"f64"> | (string | null)[] | Dense<"i32"> | Dense<"f32", [number]>;

/** What a kernel gave for the blocks of each column, by the column's name. */
export type PerColumn<T> = ReadonlyMap<string, readonly T[]>;

/** Name of the column that `oneHot` makes. */
export function encodedName(name: string): string {
  return `${name}_onehot`;
}

/** What the steps need to know of the table besides its rows. */
export interface Known {
  /** columns that are numbers, and those that are categories */
  readonly columns: Columns;
  /** of each numeric column, the buckets whose values are wanted */
  readonly wanted: Readonly<Record<string, Int32Array>>;
  readonly fit: Fit;
}

/** Rows of a table. Which columns there are is known only when it runs, so the batch has their names. */
export class TableBatch extends Batch<Record<string, TableColumn>, number> {
  static override module = import.meta.url;

  known: Partial<Known> = {};
  /** Of each numeric column, how many values lie in each bucket: pairs of bucket and count, block by block. */
  buckets: PerColumn<Uint32Array> = new Map();
  /** Of each numeric column, the values in the wanted buckets, block by block. */
  taken: PerColumn<Float64Array> = new Map();
  /** Of each categorical column, how many rows have each category; null stands for those without one. */
  categories: ReadonlyMap<string, ReadonlyMap<string | null, number>> = new Map();

  /** Tells the steps that follow what they need to know. */
  @action
  use(known: Partial<Known>) {
    this.known = { ...this.known, ...known };
    return this;
  }

  /** Counts the values of numeric columns by the first bits of their sort keys. */
  @action
  @inbatchParallel({ init: "numericBlocks", post: "keepBuckets", target: "nogil" })
  countBuckets() {
    return kernels.countBuckets;
  }

  numericBlocks() {
    return knownOf(this, "columns").numeric.flatMap((name) => this.rows(name).blocks(blockRows));
  }

  keepBuckets(results: Results<Uint32Array>) {
    this.buckets = perColumn(results, knownOf(this, "columns").numeric);
  }

  /** Takes the values of the wanted buckets of each column, to be sorted. */
  @action
  @inbatchParallel({ init: "blocksToTakeFrom", post: "keepTaken", target: "nogil" })
  takeBuckets() {
    return kernels.takeBuckets;
  }

  blocksToTakeFrom() {
    return Object.entries(knownOf(this, "wanted")).flatMap(([name, wanted]) =>
      this.rows(name)
        .blocks(blockRows)
        .map(({ positional }) => invocation(positional, { wanted })),
    );
  }

  keepTaken(results: Results<Float64Array>) {
    this.taken = perColumn(results, Object.keys(knownOf(this, "wanted")));
  }

  /** Counts the rows of each category. */
  @action
  countCategories() {
    const counted = knownOf(this, "columns").categorical.map((name) => {
      const counts = new Map<string | null, number>();
      const strings = stringsOf(this, name);
      for (let i = 0; i < strings.length; i++) counts.set(strings[i], (counts.get(strings[i]) ?? 0) + 1);
      return [name, counts] as const;
    });
    this.categories = new Map(counted);
    return this;
  }

  /** Takes the median away and divides by the interquartile range, in place. */
  @action
  @inbatchParallel({ init: "blocksToScale", target: "nogil" })
  robustScale() {
    return kernels.robustScale;
  }

  blocksToScale() {
    return knownOf(this, "fit").numeric.flatMap(({ name, center, scale }) =>
      this.rows(name)
        .blocks(blockRows)
        .map(({ positional }) => invocation(positional, { center, scale })),
    );
  }

  /** Puts a column `[rows × categories]`, with a 1 in each row's category, in the place of each column of categories. */
  @action
  @inbatchParallel({ init: "blocksToEncode", post: "dropNumbers", target: "nogil" })
  oneHot() {
    return kernels.oneHot;
  }

  blocksToEncode() {
    return knownOf(this, "fit").categorical.flatMap(({ name, categories }) => {
      this.allocate(encodedName(name), { dtype: "f32", shape: [categories.length] });
      return this.rows(name, encodedName(name)).blocks(blockRows);
    });
  }

  dropNumbers(results: Results<undefined>) {
    if (results.failures.length > 0) throw new ParallelError(results);
    for (const { name } of knownOf(this, "fit").categorical) {
      (this.data[name] as Column).dispose();
      delete this.data[name];
    }
  }
}

function knownOf<K extends keyof Known>(batch: TableBatch, name: K): Known[K] {
  const known = batch.known[name];
  if (known === undefined) throw new TypeError(`${name} is not known yet: call use({ ${name} }) first.`);
  return known as Known[K];
}

function stringsOf(batch: TableBatch, name: string): readonly (string | null)[] {
  const column = batch.data[name];
  const odd = Array.isArray(column) ? column.find((each) => each !== null && typeof each !== "string") : 0;
  if (odd === undefined) return column as (string | null)[];
  throw new TableError(
    `The column "${name}" has categories in the first file, and other values than strings in another.`,
  );
}

// results lie in shared memory, which they would keep until garbage collection
function perColumn<T extends Uint32Array | Float64Array>(
  results: Results<T>,
  names: readonly string[],
): PerColumn<T> {
  if (results.failures.length > 0) throw new ParallelError(results);
  const blocks = results.length / names.length;
  const copies = results.map((values) => (values as T).slice() as T);
  if (results.length > 0) results.column().dispose();
  return new Map(names.map((name, i) => [name, copies.slice(i * blocks, (i + 1) * blocks)]));
}
