import * as flechette from "@uwdata/flechette";
import * as apache from "apache-arrow";
import { Batch } from "nogil";
import { toArrow } from "nogil/arrow";
import { storedLz4 } from "../integration/codecs.js";

class Loose extends Batch<any, any> {}

/** Small files of all kinds and of three writers, by name. */
export async function seedFiles(): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (const format of ["stream", "file"] as const) {
    files[`own.${format}`] = await toArrow(ownBatch(), { format, batchRows: 2 });
    const made = flechetteTables();
    for (const [name, table] of Object.entries(made)) {
      files[`flechette-${name}.${format}`] = flechette.tableToIPC(table, { format })!;
    }
    files[`flechette-lz4.${format}`] = compressed(made.numbers, format);
    for (const [name, table] of Object.entries(apacheTables())) {
      files[`apache-${name}.${format}`] = apache.tableToIPC(table, format);
    }
  }
  files["apache-replaced.stream"] = replacedDictionaries();
  return files;
}

function ownBatch(): Loose {
  const batch = Loose.from(["a", "b", "c"], {
    x: Float64Array.of(1, 2, 3),
    rows: [Int16Array.of(1, 2, 3), new Int16Array(0), Int16Array.of(4)],
    label: ["p", null, "ü€𝄞"],
    when: [new Date(0), null, new Date(5000)],
  });
  batch.allocate("image", { dtype: "u8", shape: [1, 2], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  batch.allocate("images", {
    dtype: "i32",
    shapes: [
      [1, 2],
      [0, 3],
      [1, 1],
    ],
    values: Int32Array.of(7, 8, 9),
  });
  return batch;
}

function flechetteTables(): Record<string, flechette.Table> {
  const f = flechette;
  const words = ["one", "two", "one", null, "three"];
  const column = (type: any, values: any[]) => f.columnFromArray(values, type, { maxBatchRows: 3 } as any);
  const table = (columns: Record<string, any>) => f.tableFromColumns(columns);
  return {
    numbers: table({
      i8: column(f.int8(), [1, 2, null, 4, 5]),
      u64: column(f.uint64(), [1, 2, 3, 4, 5]),
      f16: column(f.float16(), [0.5, 1, 2, 3, 4]),
      decimal: column(f.decimal(9, 2, 128), [1.5, 2.25, null, 4, 5]),
      flag: column(f.bool(), [true, false, null, true, false]),
      day: column(f.dateDay(), [new Date(0), null, new Date(864e5), new Date(0), new Date(0)]),
      time: column(f.timeMicrosecond(), [1, 2, 3, 4, 5]),
    }),
    texts: table({
      text: column(f.utf8(), words),
      large: column(f.largeUtf8(), words),
      bytes: column(
        f.binary(),
        words.map((word) => word && new TextEncoder().encode(word)),
      ),
      fixed: column(
        f.fixedSizeBinary(2),
        words.map(() => Uint8Array.of(1, 2)),
      ),
      none: column(
        f.nullType(),
        words.map(() => null),
      ),
    }),
    nested: table({
      list: column(f.list(f.field("item", f.float32())), [[1], [], null, [2, 3], [4]]),
      lists: column(f.list(f.field("item", f.list(f.field("item", f.utf8())))), [
        [["a"], []],
        [],
        null,
        [["b", "c"]],
        [],
      ]),
      pairs: column(f.fixedSizeList(f.field("item", f.int32()), 2), [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
        [9, 0],
      ]),
      struct: column(
        f.struct([f.field("a", f.int32()), f.field("b", f.utf8())]),
        words.map((b, a) => ({ a, b })),
      ),
      map: column(
        f.map(f.field("key", f.utf8()), f.field("value", f.int32())),
        words.map((_, i) => [["k", i]]),
      ),
      runs: column(f.runEndEncoded(f.field("ends", f.int32()), f.field("values", f.utf8())), [
        "a",
        "a",
        "b",
        "b",
        "b",
      ]),
      sparse: column(
        f.union(0, [f.field("n", f.float64()), f.field("s", f.utf8())] as any, [0, 1], (value: any) =>
          typeof value === "string" ? 1 : 0,
        ),
        [1, "x", 2, "y", "z"],
      ),
      dense: column(
        f.union(1, [f.field("n", f.float64()), f.field("s", f.utf8())] as any, [3, 5], (value: any) =>
          typeof value === "string" ? 5 : 3,
        ),
        [1, "x", 2, "y", "z"],
      ),
    }),
    dictionaries: table({
      word: f.columnFromArray(words as any, f.dictionary(f.utf8()) as any),
      number: f.columnFromArray([5, 6, 5, 6, 5], f.dictionary(f.float64(), f.int8()) as any),
    }),
  };
}

function compressed(table: flechette.Table, format: "stream" | "file"): Uint8Array {
  flechette.setCompressionCodec(flechette.CompressionType.LZ4_FRAME, {
    encode: storedLz4,
    decode: (bytes) => bytes,
  });
  return flechette.tableToIPC(table, { format, codec: flechette.CompressionType.LZ4_FRAME })!;
}

function apacheTables(): Record<string, apache.Table> {
  const { Field, Utf8, Int16, Float64, List, Struct, Dictionary } = apache;
  const item = (type: apache.DataType) => new Field("item", type, true);
  const vector = (type: apache.DataType, values: unknown[]) =>
    apache.vectorFromArray(values as any, type as any);
  const table = (columns: Record<string, apache.Vector>) => new apache.Table(columns as any);
  return {
    plain: table({
      x: vector(new Float64(), [1, null, 3]),
      text: vector(new Utf8(), ["a", null, "ü"]),
      list: vector(new List(item(new Int16())), [[1, 2], null, [3]]),
      record: vector(new Struct([new Field("a", new Float64(), true)]), [{ a: 1 }, { a: 2 }, null]),
      when: vector(new apache.TimestampMillisecond(), [1, 2, 3]),
    }),
    coded: table({ word: vector(new Dictionary(new Utf8(), new apache.Int8()), ["N", null, "N", "A"]) }),
    within: table({
      words: vector(new List(item(new Dictionary(new Utf8(), new apache.Int8()))), [["a", "b"], ["a"], null]),
    }),
    batches: table({ x: vector(new Float64(), [1, 2]).concat(vector(new Float64(), [3])) }),
  };
}

/** A stream whose dictionary is continued, and then replaced. */
function replacedDictionaries(): Uint8Array {
  const writer = new apache.RecordBatchStreamWriter();
  const type = new apache.Dictionary(new apache.Utf8(), new apache.Int32(), 7);
  const schema = new apache.Schema([new apache.Field("word", type, true)]);
  for (const words of [["a", "b"], ["a", "b", "c"], ["z"]]) {
    const dictionary = apache.vectorFromArray(words, new apache.Utf8());
    const indices = Int32Array.from(words, (_, i) => i);
    const coded = apache.makeData({
      type,
      length: words.length,
      nullCount: 0,
      data: indices,
      dictionary,
    } as any);
    const struct = apache.makeData({
      type: new apache.Struct(schema.fields),
      length: words.length,
      nullCount: 0,
      children: [coded],
    } as any);
    writer.write(new apache.RecordBatch(schema, struct as any) as any);
  }
  writer.finish();
  return writer.toUint8Array(true);
}
