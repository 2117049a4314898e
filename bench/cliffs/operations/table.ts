import { Batch, type Dense, type Ragged } from "nogil";
import { same } from "./operation.js";

/** Six columns by hand: of typed arrays and arrays. */
export interface Table {
  readonly ids: string[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly code: Int32Array;
  /** eight an item */
  readonly wide: Float32Array;
  readonly values: Float64Array;
  readonly offsets: Uint32Array;
  readonly label: string[];
}

export class Items extends Batch<
  {
    x: Dense<"f64">;
    y: Dense<"f64">;
    code: Dense<"i32">;
    wide: Dense<"f32", [8]>;
    rows: Ragged<"f64">;
    label: string[];
  },
  string
> {}

export const width = 8;

/** So many items, from `first` on. */
export function tableOf(items: number, first = 0): Table {
  const ids: string[] = [];
  const label: string[] = [];
  const offsets = new Uint32Array(items + 1);
  for (let i = 0; i < items; i++) {
    ids.push(`item-${first + i}`);
    label.push(i % 3 === 0 ? "größer" : `label ${i % 1000}`);
    offsets[i + 1] = offsets[i] + ((i * 7) % 17);
  }
  return {
    ids,
    x: Float64Array.from({ length: items }, (_, i) => first + i / 3),
    y: Float64Array.from({ length: items }, (_, i) => -i),
    code: Int32Array.from({ length: items }, (_, i) => i % 100),
    wide: Float32Array.from({ length: items * width }, (_, i) => i),
    values: Float64Array.from({ length: offsets[items] }, (_, i) => i / 7),
    offsets,
    label,
  };
}

export function batchOf({ ids, x, y, code, wide, values, offsets, label }: Table): Items {
  const batch = Items.from(ids, { x, y, code, label }) as unknown as Items;
  batch.allocate("wide", { dtype: "f32", shape: [width], values: wide });
  const shapes = Array.from({ length: ids.length }, (_, i) => offsets[i + 1] - offsets[i]);
  batch.allocate("rows", { dtype: "f64", shapes, values });
  return batch;
}

/** @throws unless a batch has what the table has */
export function sameAsTable({ indices, data }: Items, table: Table): void {
  same(indices, table.ids);
  same(data.x.values, table.x);
  same(data.y.values, table.y);
  same(data.code.values, table.code);
  same(data.wide.values, table.wide);
  same(data.rows.values, table.values);
  same(data.rows.offsets!, table.offsets);
  same(data.label, table.label);
}

/** Some of the items, copied by a loop. */
export function pick(table: Table, positions: ArrayLike<number>): Table {
  const { length } = positions;
  const made = emptyTable(length, rowsOf(table, positions));
  let at = 0;
  for (let i = 0; i < length; i++) {
    const from = positions[i];
    if (!(from >= 0 && from < table.ids.length)) throw new RangeError(`no item ${from}`);
    made.ids[i] = table.ids[from];
    made.label[i] = table.label[from];
    made.x[i] = table.x[from];
    made.y[i] = table.y[from];
    made.code[i] = table.code[from];
    for (let k = 0; k < width; k++) made.wide[width * i + k] = table.wide[width * from + k];
    for (let k = table.offsets[from]; k < table.offsets[from + 1]; k++) made.values[at++] = table.values[k];
    made.offsets[i + 1] = at;
  }
  return made;
}

function rowsOf({ offsets }: Table, positions: ArrayLike<number>): number {
  let elements = 0;
  for (let i = 0; i < positions.length; i++) elements += offsets[positions[i] + 1] - offsets[positions[i]];
  return elements;
}

export function emptyTable(items: number, elements: number): Table {
  return {
    ids: new Array(items),
    x: new Float64Array(items),
    y: new Float64Array(items),
    code: new Int32Array(items),
    wide: new Float32Array(width * items),
    values: new Float64Array(elements),
    offsets: new Uint32Array(items + 1),
    label: new Array(items),
  };
}

/** One table after another, by the methods of arrays. */
export function joinTables(tables: readonly Table[]): Table {
  const total = (of: (table: Table) => number) => tables.reduce((sum, table) => sum + of(table), 0);
  const made = emptyTable(
    total(({ ids }) => ids.length),
    total(({ values }) => values.length),
  );
  let [at, elements] = [0, 0];
  for (const table of tables) {
    for (let i = 0; i < table.ids.length; i++) {
      made.ids[at + i] = table.ids[i];
      made.label[at + i] = table.label[i];
      made.offsets[at + i + 1] = elements + table.offsets[i + 1];
    }
    made.x.set(table.x, at);
    made.y.set(table.y, at);
    made.code.set(table.code, at);
    made.wide.set(table.wide, at * width);
    made.values.set(table.values, elements);
    at += table.ids.length;
    elements += table.values.length;
  }
  return made;
}

/** A fixed order of the numbers below `n`. */
export function shuffled(n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  let state = 1;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
