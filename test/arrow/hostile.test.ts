import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as f from "@uwdata/flechette";
import * as apache from "apache-arrow";
import { Batch, sharedBytes } from "nogil";
import { fromArrow, readArrow, toArrow } from "nogil/arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Type } from "../../dist/arrow/types.js";
import { FlatBuffer } from "./flatbuffer.js";
import { giveCodecs, storedLz4 } from "./integration/codecs.js";
import { fileOf, joined, piecesOf, streamOf } from "./pieces.js";

class Rows extends Batch<any, any> {}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nogil-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What every way to read says of bytes. */
async function refusal(bytes: Uint8Array, options: object = {}): Promise<string> {
  const path = join(folder, "hostile.arrow");
  writeFileSync(path, bytes);
  const said = (given: Promise<unknown>) =>
    given.then(
      () => "read",
      // readArrow counts the bytes of a record batch only
      ({ message }: Error) => message.replace(/has \d+ bytes, and values/, "has few bytes, and values"),
    );
  const message = await said(fromArrow(bytes, Rows, options));
  const readAll = async () => {
    for await (const batch of readArrow(path, Rows, options)) batch.dispose();
  };
  expect([await said(readAll()), await said(Rows.load(path, options))]).toEqual(
    message === "read" ? ["read", "read"] : [`${path}: ${message}`, `${path}: ${message}`],
  );
  return message;
}

/** A stream of one column, whose values flechette writes as they are given. */
function streamOfBatch(type: any, options: object): Uint8Array {
  const Part = f.batchType(type) as any;
  const column = new f.Column(
    [new Part({ nullCount: 0, validity: new Uint8Array(0), type, ...options })],
    type,
  );
  return f.tableToIPC(f.tableFromColumns({ x: column }), { format: "stream" })!;
}

const batchOf = (type: any, options: object) =>
  new (f.batchType(type) as any)({ nullCount: 0, validity: new Uint8Array(0), type, ...options });

const tooMuch = "values that would take more than 8 times that and 16 MiB";

describe("a few bytes do not fill the memory", () => {
  const million = 2 ** 20;

  test.each([1000, 2 ** 31 - 1])("as %d nulls", async (length) => {
    const stream = streamOfBatch(f.nullType(), { length, nullCount: length });
    if (length < million) expect(await refusal(stream)).toBe("read");
    else expect(await refusal(stream)).toContain(tooMuch);
  });

  test("as rows without columns, or of columns without bytes", async () => {
    const length = 2 ** 31 - 1;
    expect(await refusal(streamOfBatch(f.struct([]), { length, children: [] }))).toContain(tooMuch);
    const nothing = f.fixedSizeList(f.field("item", f.float64()), 0);
    const none = batchOf(f.float64(), { length: 0, values: new Float64Array(0) });
    expect(await refusal(streamOfBatch(nothing, { length, children: [none] }))).toContain(tooMuch);
  });

  test("as more rows than an array has, a bit each", async () => {
    const length = 2 ** 27;
    const bits = { length, values: new Uint8Array(length / 8) };
    const message = "has 134217728 rows, and an array holds 134217712: write it in several record batches";
    const stream = streamOfBatch(f.bool(), bits);
    await expect(fromArrow(stream, Rows, { dtypes: { x: "u8" } })).rejects.toThrow(
      `The Arrow data ${message}`,
    );
    await expect(fromArrow(stream)).rejects.toThrow(`The column "x" (Bool) ${message}`);
  });

  test("as one run of values", async () => {
    const length = 2 ** 30;
    for (const [type, value] of [
      [f.float64(), { values: Float64Array.of(1) }],
      [f.utf8(), { offsets: Int32Array.of(0, 1), values: Uint8Array.of(65) }],
    ] as const) {
      const runs = f.runEndEncoded(f.field("ends", f.int32()), f.field("values", type));
      const children = [
        batchOf(f.int32(), { length: 1, values: Int32Array.of(length) }),
        batchOf(type, { length: 1, ...value }),
      ];
      expect(await refusal(streamOfBatch(runs, { length, children }))).toContain(tooMuch);
    }
  });

  test("as lists of views that have their entries in common", async () => {
    const rows = 5000;
    const entries = 5000;
    const type = f.listView(f.field("item", f.float64()));
    const views = {
      length: rows,
      offsets: new Int32Array(rows),
      sizes: new Int32Array(rows).fill(entries),
      children: [batchOf(f.float64(), { length: entries, values: new Float64Array(entries) })],
    };
    const stream = streamOfBatch(type, views);
    await expect(fromArrow(stream)).rejects.toThrow(tooMuch);
    // in place they take no more than they are
    const shared = sharedBytes(stream.length);
    shared.values.set(stream);
    const { x } = await fromArrow<{ x: any }>(shared.values);
    expect([x.length, x.at(rows - 1).length]).toEqual([rows, entries]);
    const texts = f.listView(f.field("item", f.utf8()));
    const child = batchOf(f.utf8(), {
      length: entries,
      offsets: Int32Array.from({ length: entries + 1 }, (_, i) => i),
      values: new Uint8Array(entries).fill(65),
    });
    expect(await refusal(streamOfBatch(texts, { ...views, children: [child] }))).toContain(tooMuch);
  });

  test("as columns that have a buffer in common", async () => {
    const [schema, rows] = piecesOf(await toArrow({ a: Float64Array.of(1), b: Float64Array.of(2) }));
    const view = new DataView(rows.bytes.buffer);
    // the second column's values, behind the first one's 8 bytes filled up
    const places = [...Array(rows.metadata.length >> 3).keys()]
      .map((i) => 8 + 8 * i)
      .filter((at) => view.getBigInt64(at, true) >= 8n && view.getBigInt64(at + 8, true) === 8n);
    view.setBigInt64(places.at(-1)!, 0n, true);
    expect(await refusal(joined([schema.bytes, rows.bytes]))).toBe(
      "The Arrow data is broken: buffers of a body overlap.",
    );
  });

  test("as a compressed buffer that says it is long", async () => {
    giveCodecs();
    f.setCompressionCodec(f.CompressionType.LZ4_FRAME, { encode: storedLz4, decode: (bytes) => bytes });
    const x = f.columnFromArray(new Float64Array(100), f.float64());
    const stream = f.tableToIPC(f.tableFromColumns({ x }), {
      format: "stream",
      codec: f.CompressionType.LZ4_FRAME,
    } as any)!;
    giveCodecs();
    expect([...(await fromArrow<{ x: any }>(stream)).x.values]).toEqual(Array(100).fill(0));
    const [schema, rows] = piecesOf(stream);
    const at = 8 + rows.metadata.length + (rows.message as any).records.buffers[1].offset;
    const view = new DataView(rows.bytes.buffer);
    expect(view.getBigInt64(at, true)).toBe(800n);
    for (const [length, why] of [
      [2n ** 40n, "would be 1099511627776 bytes, compressed to"],
      [-2n, "would be -2 bytes"],
      [808n, "decompresses to 800 bytes, and says 808"],
      [8n, "does not decompress"],
    ] as const) {
      view.setBigInt64(at, length, true);
      expect(await refusal(streamOf([schema, rows]))).toContain(why);
    }
  });
});

describe("a schema that does not end", () => {
  /** A type within so many lists. */
  const nested = (levels: number) => {
    let type: apache.DataType = new apache.Int8();
    for (let i = 0; i < levels; i++) type = new apache.List(new apache.Field("item", type, true));
    return apache.tableToIPC(
      new apache.Table(new apache.Schema([new apache.Field("x", type, true)]), []),
      "file",
    );
  };

  test("is read to 64 levels, and refused from there", async () => {
    expect(await refusal(nested(63))).toBe("read");
    expect(await refusal(nested(64))).toBe(
      "The Arrow data has columns within columns more than 64 deep, which is not supported.",
    );
  });

  test("is one whose children are the same over and over", async () => {
    // pairs within pairs, whose two are one: 60 levels would be 2^60 columns
    expect(await refusal(doubling(60))).toContain("its metadata has more tables than bytes for them");
    expect(await refusal(doubling(3))).toBe("read");
  });

  test("is one whose dictionary is in itself", async () => {
    const item = new apache.Field(
      "item",
      new apache.Dictionary(new apache.Utf8(), new apache.Int8(), 0x1234567),
      true,
    );
    const type = new apache.Dictionary(new apache.List(item), new apache.Int8(), 3);
    const schema = new apache.Schema([new apache.Field("x", type as any, true)]);
    const bytes = apache.tableToIPC(new apache.Table(schema, []), "stream");
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const at = [...bytes.keys()].find(
      (i) => i < bytes.length - 8 && view.getBigInt64(i, true) === 0x1234567n,
    )!;
    view.setBigInt64(at, 3n, true);
    expect(await refusal(bytes)).toBe(
      "The Arrow data is broken: its dictionary 3 is one of Utf8 and of List<Dictionary<Utf8>>.",
    );
  });
});

/** A schema with one column of Struct, whose two children are one table, and so on. */
function doubling(levels: number): Uint8Array {
  const buffer = new FlatBuffer();
  let places = [buffer.schema(1)(0)];
  for (let level = 0; level < levels; level++) {
    // name, nullable, type, its table, dictionary, children
    const field = buffer.table(6, 2, 3, 5);
    for (const place of places) buffer.point(place, field.at);
    buffer.view.setUint8(field.field(2), Type.Struct);
    buffer.point(field.field(3), buffer.table(0).at);
    const children = buffer.vector(field.field(5), level === levels - 1 ? 0 : 2);
    places = [children(0), children(1)];
  }
  return buffer.message();
}

describe("values that contradict their column are refused", () => {
  test("text that is not UTF-8, and offsets within a letter", async () => {
    const text = (values: number[], offsets: number[]) =>
      streamOfBatch(f.utf8(), {
        length: offsets.length - 1,
        offsets: Int32Array.from(offsets),
        values: Uint8Array.from(values),
      });
    expect(await fromArrow(text([0xef, 0xbb, 0xbf, 65], [0, 4]))).toEqual({ x: ["\ufeffA"] });
    expect(await refusal(text([65, 0xff], [0, 1, 2]))).toBe(
      'The column "x" (Utf8) is broken: value 1 is not UTF-8.',
    );
    expect(await refusal(text([0xc3, 0xbc], [0, 1, 2]))).toContain("value 0 is not UTF-8.");
    expect(await refusal(text([65, 66], [0, 2, 1]))).toContain("row 1 begins at entry 2 and has -1, of ");
    expect(await refusal(text([65, 66], [0, 2, 99]))).toContain("row 1 begins at entry 2 and has 97, of ");
  });

  test("members and places of a union, ends of runs, and places in views", async () => {
    const union = f.union(1, [f.field("n", f.float64())] as any, [4]);
    const child = batchOf(f.float64(), { length: 2, values: Float64Array.of(1, 2) });
    const members = (typeId: number, offset: number) =>
      streamOfBatch(union, {
        length: 1,
        typeIds: Int8Array.of(typeId),
        offsets: Int32Array.of(offset),
        children: [child],
      });
    expect(await fromArrow(members(4, 1))).toEqual({ x: [2] });
    expect(await refusal(members(5, 1))).toContain(
      "value 0 is of the member 5, which its union does not have.",
    );
    expect(await refusal(members(4, 2))).toContain("value 0 is at place 2 of a member with 2.");
    expect(await refusal(members(4, -1))).toContain("value 0 is at place -1 of a member with 2.");

    const runs = (...ends: number[]) =>
      streamOfBatch(f.runEndEncoded(f.field("ends", f.int16()), f.field("values", f.bool())), {
        length: 4,
        children: [
          batchOf(f.int16(), { length: 2, values: Int16Array.from(ends) }),
          batchOf(f.bool(), { length: 2, values: Uint8Array.of(1) }),
        ],
      });
    expect(await fromArrow(runs(1, 4))).toEqual({ x: [true, false, false, false] });
    expect(await refusal(runs(3, 3))).toContain("run 1 ends at 3, which is not behind the run before.");
    expect(await refusal(runs(1, 3))).toContain("4 values are in 2 runs with 2 values, up to 3.");

    const views = (...view: number[]) =>
      streamOfBatch(f.utf8View(), {
        length: 1,
        values: new Uint8Array(Int32Array.from(view).buffer),
        data: [new Uint8Array(20).fill(65)],
      });
    expect(await fromArrow(views(14, 0, 0, 3))).toEqual({ x: ["A".repeat(14)] });
    for (const [length, buffer, begin] of [
      [14, 0, 9999],
      [14, 1, 0],
      [-1, 0, 0],
    ]) {
      expect(await refusal(views(length, 0, buffer, begin))).toContain(
        `value 0 is ${length} bytes from byte ${begin} of buffer ${buffer}, which are not there.`,
      );
    }
  });

  test("numbers of nulls that are not those of the bitmap", async () => {
    const column = { length: 3, values: Float64Array.of(1, 2, 3), validity: Uint8Array.of(0b101) };
    expect(await refusal(streamOfBatch(f.float64(), { ...column, nullCount: 1 }), { nulls: 0 })).toBe("read");
    expect(await refusal(streamOfBatch(f.float64(), { ...column, nullCount: 2 }))).toBe(
      'The Arrow data is broken: the column "x" has 1 nulls, and says 2.',
    );
  });

  test("times that a Date does not hold, within objects", async () => {
    const type = f.struct([f.field("at", f.timestamp(2))]);
    const at = (us: bigint) =>
      streamOfBatch(type, {
        length: 1,
        children: [batchOf(f.timestamp(2), { length: 1, values: BigInt64Array.of(us) })],
      });
    expect(await fromArrow(at(5000n))).toEqual({ x: [{ at: new Date(5) }] });
    expect(await refusal(at(5001n))).toContain(
      "has a time that a Date does not hold: value 0 is 5001 as Timestamp[us]",
    );
    expect(await refusal(at(2n ** 62n))).toContain("has a time that a Date does not hold");
  });
});

describe("rows do not get lost", () => {
  test("behind the end of a stream", async () => {
    const stream = await toArrow({ x: [1, 2] });
    expect(await refusal(joined([stream, new Uint8Array(64)]))).toBe("read");
    expect(await refusal(joined([stream, stream]))).toMatch(
      /the stream ends before byte \d+, and more bytes follow\.$/,
    );
  });

  test("where the schema comes twice, or another one does", async () => {
    const [schema, rows] = piecesOf(await toArrow({ x: Float64Array.of(1, 2) }));
    const [other] = piecesOf(await toArrow({ y: Float64Array.of(1, 2) }));
    const { x } = await fromArrow<{ x: any }>(streamOf([schema, rows, schema, rows]));
    expect([...x.values]).toEqual([1, 2, 1, 2]);
    expect(await refusal(streamOf([schema, rows, other, rows]))).toBe(
      "The Arrow data is broken: it has a second schema, which is another one.",
    );
    expect(await refusal(streamOf([rows]))).toContain("there is no schema before their rows.");
  });

  test("where a file's footer does not name them, or names them twice", async () => {
    const [schema, rows] = piecesOf(await toArrow({ x: Float64Array.of(1, 2) }));
    const [other] = piecesOf(await toArrow({ y: Float64Array.of(1, 2) }));
    const file = fileOf([schema, rows, rows]);
    expect(await refusal(file)).toBe("read");
    const unnamed = fileOf([schema, rows]);
    const extra = joined([unnamed.subarray(0, 8 + schema.bytes.length), rows.bytes]);
    expect(await refusal(joined([extra, unnamed.subarray(8 + schema.bytes.length)]))).toMatch(
      /The Arrow data is broken: /,
    );
    const spliced = joined([file.subarray(0, 8), other.bytes, file.subarray(8 + schema.bytes.length)]);
    expect(await refusal(spliced)).toBe(
      "The Arrow data is broken: it begins with another schema than its footer has.",
    );
  });
});
