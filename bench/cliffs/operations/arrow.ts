import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as f from "@uwdata/flechette";
import { sharedBytes } from "nogil";
import { fromArrow, toArrow, toArrowTable } from "nogil/arrow";
import { decodeStrings, decodeTable, encodeStrings, encodeTable } from "./arrow-by-hand.js";
import { elementsOf, type Operation, same } from "./operation.js";
import { batchOf, Items, sameAsTable, tableOf } from "./table.js";

const items = 100_000;

const free = (made: { dispose(): void }) => made.dispose();

/** Arrow's bytes, tables and files. */
export async function arrowOperations(): Promise<Operation[]> {
  return [...(await tables()), ...(await columns()), ...(await encodings())];
}

async function tables(): Promise<Operation[]> {
  const table = tableOf(items);
  const batch = batchOf(table);
  const bytes = (await toArrow(batch as never)) as Uint8Array;
  const inShared = sharedBytes(bytes.length);
  inShared.values.set(bytes);
  const encoded = encodeTable(table);
  const folder = await mkdtemp(join(tmpdir(), "nogil-operations-"));
  const [path, byHand] = [join(folder, "batch.arrow"), join(folder, "by-hand")];
  await (batch as any).save(path);
  const large = (made: Uint8Array, other: { bytes: Uint8Array }) =>
    assert.ok(Math.abs(made.length - other.bytes.length) < 5_000, `${made.length}, ${other.bytes.length}`);
  return [
    {
      name: "toArrow",
      items,
      nogil: () => toArrow(batch as never),
      loop: () => encodeTable(table),
      check: large,
    },
    {
      name: "toArrow, of 10,000 rows",
      items,
      nogil: () => toArrow(batch as never, { batchRows: 10_000 }),
      loop: () => encodeTable(table),
      check: () => {},
    },
    {
      name: "toArrowTable",
      items,
      nogil: () => toArrowTable(batch as never),
      loop: () => [encodeStrings(table.ids), encodeStrings(table.label)],
      check: ({ numRows }) => assert.equal(numRows, items),
    },
    {
      name: "fromArrow",
      items,
      nogil: () => fromArrow(bytes, Items as never),
      loop: () => decodeTable(encoded),
      check: sameAsTable,
      free,
    },
    {
      name: "fromArrow, in place",
      items,
      nogil: () => fromArrow(inShared.values, Items as never),
      loop: () => decodeTable(encoded),
      check: sameAsTable,
      free,
    },
    {
      name: "save",
      items,
      nogil: () => (batch as any).save(join(folder, "again.arrow")),
      loop: () => writeFile(byHand, encodeTable(table).bytes),
      check: () => {},
    },
    {
      name: "load",
      items,
      nogil: () => (Items as any).load(path),
      loop: async () => {
        const read = await readFile(byHand);
        return decodeTable({ ...encoded, bytes: new Uint8Array(read.buffer, read.byteOffset, read.length) });
      },
      check: sameAsTable,
      free,
    },
  ];
}

/** Ordinary arrays, column by column. */
async function columns(): Promise<Operation[]> {
  const table = tableOf(items);
  const numbers = Array.from(table.x);
  const booleans = numbers.map((_, i) => i % 3 === 0);
  const bigints = numbers.map((_, i) => BigInt(i));
  const dates = numbers.map((_, i) => new Date(1e12 + i));
  const withNulls = numbers.map((value, i) => (i % 5 === 0 ? null : value));
  const rows = numbers.map((_, i) => table.values.slice(table.offsets[i], table.offsets[i + 1]));
  const writing = (name: string, made: readonly unknown[], loop: () => unknown): Operation => ({
    name: `toArrow of ${name}`,
    items,
    nogil: () => toArrow({ made }),
    loop,
    check: () => {},
  });
  const bits = new Uint8Array(Math.ceil(items / 8));
  return [
    writing("strings", table.label, () => encodeStrings(table.label).data.slice()),
    writing("an array of numbers", numbers, () => {
      const made = new Float64Array(items);
      for (let i = 0; i < items; i++) {
        if (typeof numbers[i] !== "number") throw new TypeError(`no number at ${i}`);
        made[i] = numbers[i];
      }
      return made.slice();
    }),
    writing("an array of numbers and nulls", withNulls, () => {
      const made = new Float64Array(items);
      for (let i = 0; i < items; i++) {
        const value = withNulls[i];
        if (value === null) continue;
        if (typeof value !== "number") throw new TypeError(`no number at ${i}`);
        made[i] = value;
        bits[i >> 3] |= 1 << (i & 7);
      }
      return made.slice();
    }),
    writing("booleans", booleans, () => {
      const made = new Uint8Array(Math.ceil(items / 8));
      for (let i = 0; i < items; i++) {
        if (typeof booleans[i] !== "boolean") throw new TypeError(`no boolean at ${i}`);
        if (booleans[i]) made[i >> 3] |= 1 << (i & 7);
      }
      return made.slice();
    }),
    writing("bigints", bigints, () => {
      const made = new BigInt64Array(items);
      for (let i = 0; i < items; i++) {
        if (typeof bigints[i] !== "bigint" || BigInt.asIntN(64, bigints[i]) !== bigints[i])
          throw new TypeError(`no bigint at ${i}`);
        made[i] = bigints[i];
      }
      return made.slice();
    }),
    writing("dates", dates, () => {
      const made = new BigInt64Array(items);
      for (let i = 0; i < items; i++) {
        if (Number.isNaN(dates[i].getTime())) throw new TypeError(`no date at ${i}`);
        made[i] = BigInt(dates[i].getTime());
      }
      return made.slice();
    }),
    writing("rows", rows, () => {
      let elements = 0;
      for (const row of rows) elements += row.length;
      const made = new Float64Array(elements);
      let at = 0;
      for (const row of rows) {
        made.set(row, at);
        at += row.length;
      }
      return made.slice();
    }),
  ];
}

/** Reading what other programs write. */
async function encodings(): Promise<Operation[]> {
  const table = tableOf(items);
  const withNulls = Array.from(table.x, (value, i) => (i % 5 === 0 ? null : value));
  const categories = Array.from({ length: 1000 }, (_, i) => `label ${i}`);
  const encode = (made: any, type?: any) =>
    f.tableToIPC(f.tableFromColumns([["made", f.columnFromArray(made, type)]] as any), {
      format: "stream",
    }) as Uint8Array;
  const nulls = encode(withNulls, f.float64());
  const strings = encode(table.label, f.utf8());
  const dictionary = encode(table.label, f.dictionary(f.utf8(), f.int32()));
  const booleans = encode(
    withNulls.map((_, i) => i % 3 === 0),
    f.bool(),
  );
  const floats = encode(table.x, f.float64());
  const { data, offsets } = encodeStrings(table.label);
  const isNull = (i: number) => i % 5 === 0;
  const bitmap = new Uint8Array(Math.ceil(items / 8));
  for (let i = 0; i < items; i++) if (!isNull(i)) bitmap[i >> 3] |= 1 << (i & 7);
  const bits = Uint8Array.from({ length: Math.ceil(items / 8) }, (_, at) => {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if ((8 * at + bit) % 3 === 0) byte |= 1 << bit;
    return byte;
  });
  const places = new Map(categories.map((each, i) => [each, i]));
  const known = [...new Set(table.label)];
  const codes = Int32Array.from(table.label, (label) => known.indexOf(label));
  const reading = (name: string, bytes: Uint8Array, options: object, loop: () => unknown): Operation => ({
    name: `fromArrow of ${name}`,
    items,
    nogil: async () => (await fromArrow<{ made: any }>(bytes, options as never)).made,
    loop,
    check: (made, byHand) => same(elementsOf(made), byHand as never),
    free: (made) => made.dispose?.(),
  });
  return [
    reading("strings", strings, {}, () => decodeStrings(data, offsets)),
    reading("strings as categories", strings, { categories: { made: categories } }, () => {
      const made = new Int32Array(items);
      const texts = decodeStrings(data, offsets);
      for (let i = 0; i < items; i++) made[i] = places.get(texts[i]) ?? -1;
      return made;
    }),
    reading("a dictionary", dictionary, {}, () => {
      const made = new Array<string>(items);
      for (let i = 0; i < items; i++) {
        if (!(codes[i] >= 0 && codes[i] < known.length)) throw new RangeError(`value ${i} is not there`);
        made[i] = known[codes[i]];
      }
      return made;
    }),
    reading("a dictionary as categories", dictionary, { categories: { made: categories } }, () => {
      const own = Int32Array.from(known, (each) => places.get(each) ?? -1);
      const made = new Int32Array(items);
      for (let i = 0; i < items; i++) {
        if (!(codes[i] >= 0 && codes[i] < known.length)) throw new RangeError(`value ${i} is not there`);
        made[i] = own[codes[i]];
      }
      return made;
    }),
    reading("booleans", booleans, {}, () => {
      const made = new Array<boolean>(items);
      for (let i = 0; i < items; i++) made[i] = ((bits[i >> 3] >> (i & 7)) & 1) === 1;
      return made;
    }),
    reading("booleans as u8", booleans, { dtypes: { made: "u8" } }, () => {
      const made = new Uint8Array(items);
      for (let i = 0; i < items; i++) made[i] = (bits[i >> 3] >> (i & 7)) & 1;
      return made;
    }),
    reading("numbers with nulls", nulls, { nulls: "nan" }, () => {
      const made = new Float64Array(items);
      for (let i = 0; i < items; i++)
        made[i] = (bitmap[i >> 3] & (1 << (i & 7))) === 0 ? Number.NaN : table.x[i];
      return made;
    }),
    reading("numbers as f32", floats, { dtypes: { made: "f32" } }, () => {
      const made = new Float32Array(items);
      for (let i = 0; i < items; i++) made[i] = table.x[i];
      return made;
    }),
    reading("integers as i16", encode(table.code, f.int32()), { dtypes: { made: "i16" } }, () => {
      const made = new Int16Array(items);
      for (let i = 0; i < items; i++) {
        made[i] = table.code[i];
        if (made[i] !== table.code[i]) throw new RangeError(`i16 does not hold ${table.code[i]}`);
      }
      return made;
    }),
  ];
}
