import type { Dataset, Parallel } from "nogil";
import { readArrow } from "nogil/arrow";
import { encodedColumn, scaledColumn } from "./reference.js";
import type { Columns, ShardBatch } from "./shard-batch.js";
import { encodedName, TableBatch } from "./table-batch.js";

/**
 * Compares what was written, bit by bit, with what plain TypeScript makes of the whole table, column by column.
 * @returns what differs, if something does
 */
export async function compareWithReference(
  shards: Dataset<ShardBatch>,
  { numeric, categorical }: Columns,
  path: string,
): Promise<string | undefined> {
  const expected = [...numeric, ...categorical.map(encodedName)].join(", ");
  for await (using batch of readArrow(path, TableBatch)) {
    const names = Object.keys(batch.data).join(", ");
    if (names !== expected) return `the columns are ${names}, expected ${expected}`;
    break;
  }
  for (const name of numeric) {
    using table = await wholeTable(shards, { numeric: [name], categorical: [] });
    const made = scaledColumn(name, valuesOf(table, name) as Float64Array);
    const difference = await firstDifference(path, name, made);
    if (difference) return difference;
  }
  for (const name of categorical) {
    using table = await wholeTable(shards, { numeric: [], categorical: [name] });
    const made = encodedColumn(table.data[name] as (string | null)[]);
    const difference = await firstDifference(path, encodedName(name), made);
    if (difference) return difference;
  }
  return undefined;
}

function wholeTable(shards: Dataset<ShardBatch>, columns: Columns): Promise<Parallel<TableBatch>> {
  return shards.batch(shards.indices).read({ columns });
}

function valuesOf(table: Parallel<TableBatch>, name: string) {
  return (table.data[name] as { values: Float64Array | Float32Array }).values;
}

async function firstDifference(
  path: string,
  name: string,
  expected: Float64Array | Float32Array,
): Promise<string | undefined> {
  let at = 0;
  for await (using batch of readArrow(path, TableBatch, { columns: [name] })) {
    const values = valuesOf(batch, name);
    const part = expected.subarray(at, at + values.length);
    for (let i = 0; i < values.length; i++) {
      if (!Object.is(values[i], part[i])) {
        return `element ${at + i} of ${name} is ${values[i]}, expected ${part[i]}`;
      }
    }
    at += values.length;
  }
  return at === expected.length ? undefined : `${name} has ${at} elements, expected ${expected.length}`;
}
