import type { BatchesOptions, Dataset } from "nogil";
import { Selection } from "./quantile.js";
import type { Columns, ShardBatch } from "./shard-batch.js";
import { TableError } from "./table-error.js";

/** What is known of a numeric column. */
export interface NumericFit {
  readonly name: string;
  /** rows without a number: NaN or null */
  readonly missing: number;
  /** the lower quartile, the median and the upper quartile, exact */
  readonly quartiles: readonly [number, number, number];
  /** what is taken away: the median */
  readonly center: number;
  /** what is divided by: the interquartile range; 1 where that is 0 */
  readonly scale: number;
}

/** What is known of a categorical column. */
export interface CategoricalFit {
  readonly name: string;
  /** in the order of UTF-16 code units */
  readonly categories: readonly string[];
  /** rows of each category */
  readonly counts: readonly number[];
  /** rows without a category: null */
  readonly missing: number;
}

export interface Fit {
  readonly rows: number;
  readonly numeric: readonly NumericFit[];
  readonly categorical: readonly CategoricalFit[];
}

export interface PassOptions {
  /** files that are read at once */
  readonly batchSize: number;
  readonly prefetch: number;
  readonly bar: BatchesOptions["bar"];
  readonly signal?: AbortSignal;
}

/** What is counted in the first pass. */
class Counts {
  rows = 0;
  readonly numeric = new Map<string, Selection>();
  readonly categorical = new Map<string, Map<string | null, number>>();

  constructor({ numeric, categorical }: Columns) {
    for (const name of numeric) this.numeric.set(name, new Selection());
    for (const name of categorical) this.categorical.set(name, new Map());
  }
}

/**
 * Goes through a table twice, file by file: for the counts of all columns, then for the numbers near the quartiles. Of the
 * table itself it holds no more than the files that are being read, and those numbers.
 * @throws TableError for a column without a single value, or with infinite quartiles
 */
export async function fitTable(
  shards: Dataset<ShardBatch>,
  columns: Columns,
  options: PassOptions,
): Promise<Fit> {
  const { numeric } = columns;
  const first = await shards
    .pipeline()
    .read({ columns })
    .countBuckets()
    .countCategories()
    .variable("counts", () => new Counts(columns))
    .update(
      "counts",
      ({ length, buckets, categories }) => ({ length, buckets, categories }),
      (counts, { length, buckets, categories }) => {
        counts.rows += length;
        for (const [name, blocks] of buckets) {
          for (const pairs of blocks) counts.numeric.get(name)!.addCounts(pairs);
        }
        for (const [name, some] of categories) {
          const all = counts.categorical.get(name)!;
          for (const [category, rows] of some) all.set(category, (all.get(category) ?? 0) + rows);
        }
        return counts;
      },
    )
    .run(options);
  const { rows, numeric: selections, categorical: categories } = first.variables.counts;

  if (numeric.length > 0) {
    const wanted = Object.fromEntries([...selections].map(([name, each]) => [name, each.wanted()]));
    await shards
      .pipeline()
      .read({ columns: { numeric, categorical: [] } })
      .use({ wanted })
      .takeBuckets()
      .variable("selections", () => selections)
      .update(
        "selections",
        ({ taken }) => taken,
        (all, taken) => {
          for (const [name, blocks] of taken) for (const values of blocks) all.get(name)!.addTaken(values);
          return all;
        },
      )
      .run(options);
  }
  return {
    rows,
    numeric: [...selections].map(([name, selection]) => numericFit(name, selection, rows)),
    categorical: [...categories].map(([name, counts]) => categoricalFit(name, counts)),
  };
}

function numericFit(name: string, selection: Selection, rows: number): NumericFit {
  return scalingBy(name, selection.quartiles(), rows - selection.count);
}

/** How a column with these quartiles is scaled. @throws TableError when they are infinite */
export function scalingBy(name: string, quartiles: NumericFit["quartiles"], missing: number): NumericFit {
  const [lower, center, upper] = quartiles;
  const range = upper - lower;
  if (!Number.isFinite(range + center)) {
    throw new TableError(
      Number.isNaN(lower)
        ? `The column "${name}" has no numbers at all: leave it out.`
        : `The column "${name}" cannot be scaled: its quartiles are ${quartiles.join(", ")}.`,
    );
  }
  return { name, missing, quartiles, center, scale: range === 0 ? 1 : range };
}

function categoricalFit(name: string, counts: ReadonlyMap<string | null, number>): CategoricalFit {
  const categories = [...counts.keys()].filter((each) => each !== null).sort();
  if (categories.length === 0) {
    throw new TableError(`The column "${name}" has no categories, only null: leave it out.`);
  }
  return {
    name,
    categories,
    counts: categories.map((category) => counts.get(category)!),
    missing: counts.get(null) ?? 0,
  };
}
