import * as apache from "apache-arrow";
import { Batch } from "nogil";
import { arrowReport, fromArrow, toArrow, toArrowTable } from "nogil/arrow";
import { describe, expect, test } from "vitest";
import { type Dtype, dtypes, typedArrays } from "../../dist/abi/dtype.js";
import { raggedFrom } from "../../dist/columns/index.js";

class Loose extends Batch<any, any> {}

const rowsOf = (bytes: Uint8Array) =>
  apache
    .tableFromIPC(bytes)
    .toArray()
    .map((row: any) => row.toJSON());

describe("apache-arrow reads what toArrow writes", () => {
  test.each(["stream", "file"] as const)("a %s of numbers, rows, images, text and dates", async (format) => {
    const batch = Loose.from(["a", "b"], {
      x: Float32Array.of(1.5, -2),
      big: BigInt64Array.of(1n, -(2n ** 62n)),
      rows: [Int16Array.of(1, 2), new Int16Array(0)],
      label: ["p", null],
      flag: [true, false],
      when: [new Date(1000), null],
    });
    batch.allocate("row", { dtype: "u8", shape: [3], values: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    batch.allocate("images", {
      dtype: "f64",
      shapes: [
        [1, 2],
        [2, 1],
      ],
      values: Float64Array.of(1, 2, 3, 4),
    });
    const table = apache.tableFromIPC(await toArrow(batch, { format }));
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      "id: Utf8",
      "x: Float32",
      "big: Int64",
      "rows: List<Int16>",
      "label: Utf8",
      "flag: Bool",
      "when: Timestamp<MILLISECOND, UTC>",
      "row: FixedSizeList[3]<Uint8>",
      "images: Struct<{data:List<Float64>, shape:FixedSizeList[2]<Int32>}>",
    ]);
    const plain = JSON.parse(
      JSON.stringify(table.toArray(), (_, v) =>
        typeof v === "bigint" ? `${v}` : ArrayBuffer.isView(v) ? [...(v as any)].map(String) : v,
      ),
    );
    expect(plain[1]).toMatchObject({
      id: "b",
      x: -2,
      big: "-4611686018427387904",
      label: null,
      flag: false,
      when: null,
    });
    expect(plain[0]).toMatchObject({ id: "a", when: 1000 });
    expect([...table.getChild("row")!.get(1)]).toEqual([4, 5, 6]);
    expect([...table.getChild("rows")!.get(0)]).toEqual([1, 2]);
    const image = table.getChild("images")!.get(1);
    expect([[...image.data], [...image.shape]]).toEqual([
      [3, 4],
      [2, 1],
    ]);
  });

  test("an image of fixed shape, as the tensor extension type", async () => {
    const batch = Loose.from(1);
    batch.allocate("image", { dtype: "u8", shape: [2, 2], values: Uint8Array.of(1, 2, 3, 4) });
    const table = apache.tableFromIPC(await toArrow(batch));
    const { metadata } = table.schema.fields.find(({ name }) => name === "image")!;
    expect(Object.fromEntries(metadata)).toEqual({
      "ARROW:extension:name": "arrow.fixed_shape_tensor",
      "ARROW:extension:metadata": '{"shape":[2,2]}',
    });
    expect([...table.getChild("image")!.get(0)]).toEqual([1, 2, 3, 4]);
  });

  test("several record batches, and a batch without items", async () => {
    const batch = Loose.from(5, { x: [1, 2, 3, 4, 5], label: ["a", "b", null, "d", "e"] });
    const table = apache.tableFromIPC(await toArrow(batch, { batchRows: 2, format: "file" }));
    expect([table.batches.length, [...table.getChild("x")!]]).toEqual([3, [1, 2, 3, 4, 5]]);
    expect(rowsOf(await toArrow(batch.subset([])))).toEqual([]);
  });
});

const columnOf = (type: apache.DataType, values: readonly unknown[]) =>
  apache.vectorFromArray(values as any, type as any);
const bytesOf = (columns: Record<string, apache.Vector>, format: "stream" | "file" = "stream") =>
  apache.tableToIPC(new apache.Table(columns as any), format);

describe("fromArrow reads what apache-arrow writes", () => {
  test.each(dtypes)("numbers of %s", async (dtype) => {
    const values = new typedArrays[dtype](3);
    for (let i = 0; i < 3; i++)
      values[i] = (
        values instanceof BigInt64Array || values instanceof BigUint64Array ? BigInt(i) : i
      ) as never;
    const bytes = apache.tableToIPC(apache.tableFromArrays({ x: values as any }), "file");
    const { x } = await fromArrow<{ x: any }>(bytes);
    expect([x.dtype, x.values]).toEqual([dtype, values]);
  });

  test("lists, fixed lists, nested fixed lists and lists of them", async () => {
    const item = (type: apache.DataType) => new apache.Field("item", type, true);
    const fixed = (n: number, type: apache.DataType) => new apache.FixedSizeList(n, item(type));
    const int = new apache.Int16();
    const bytes = bytesOf({
      list: columnOf(new apache.List(item(int)), [[1, 2], [], [3]]),
      fixed: columnOf(fixed(2, int), [
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      nested: columnOf(fixed(2, fixed(1, int)), [
        [[1], [2]],
        [[3], [4]],
        [[5], [6]],
      ]),
      points: columnOf(new apache.List(item(fixed(2, int))), [
        [
          [1, 2],
          [3, 4],
        ],
        [],
        [[5, 6]],
      ]),
    });
    const back = await fromArrow<Record<string, any>>(bytes);
    expect(
      Object.entries(back).map(([name, column]) => [name, column.dtype, column.shape, [...column.values]]),
    ).toEqual([
      ["list", "i16", [3, null], [1, 2, 3]],
      ["fixed", "i16", [3, 2], [1, 2, 3, 4, 5, 6]],
      ["nested", "i16", [3, 2, 1], [1, 2, 3, 4, 5, 6]],
      ["points", "i16", [3, null, 2], [1, 2, 3, 4, 5, 6]],
    ]);
    expect([0, 1, 2].map((i) => back.points.shapeAt(i))).toEqual([
      [2, 2],
      [0, 2],
      [1, 2],
    ]);
  });

  test("text, dictionaries, booleans, binary data, structs and maps", async () => {
    const { Field, Utf8, Float64 } = apache;
    const bytes = bytesOf({
      text: columnOf(new Utf8(), ["a", null, "ü"]),
      coded: columnOf(new apache.Dictionary(new Utf8(), new apache.Int8()), ["N", "A", "N"]),
      codes: columnOf(new apache.Dictionary(new Float64(), new apache.Int8()), [0.5, 2, 0.5]),
      flag: columnOf(new apache.Bool(), [true, null, false]),
      bytes: columnOf(new apache.Binary(), [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]),
      hash: columnOf(new apache.FixedSizeBinary(2), [
        Uint8Array.of(1, 2),
        Uint8Array.of(3, 4),
        Uint8Array.of(5, 6),
      ]),
      record: columnOf(new apache.Struct([new Field("a", new Float64(), true)]), [{ a: 1 }, { a: 2 }, null]),
    });
    const { codes, bytes: binary, hash, ...arrays } = await fromArrow<Record<string, any>>(bytes);
    expect(arrays).toEqual({
      text: ["a", null, "ü"],
      coded: ["N", "A", "N"],
      flag: [true, null, false],
      record: [{ a: 1 }, { a: 2 }, null],
    });
    expect([codes.dtype, [...codes.values]]).toEqual(["f64", [0.5, 2, 0.5]]);
    expect([binary.dtype, binary.shape, [...binary.offsets]]).toEqual(["u8", [3, null], [0, 2, 2, 3]]);
    expect([hash.dtype, hash.shape, [...hash.values]]).toEqual(["u8", [3, 2], [1, 2, 3, 4, 5, 6]]);
  });

  test("half floats exactly, dates and times as the counts that they are", async () => {
    const half = [0, -0, 1.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY];
    const when = new Date(86_400_000 * 3 + 5);
    const bytes = bytesOf({
      half: apache.makeVector({
        type: new apache.Float16(),
        data: Uint16Array.of(0, 0x8000, 0x3e00, 0x7bff, 1, 0x7c00),
      } as any),
      day: columnOf(new apache.DateDay(), Array(6).fill(when)),
      ms: columnOf(new apache.TimestampMillisecond(), Array(6).fill(when.getTime())),
      time: columnOf(new apache.TimeSecond(), [1, 2, 3, 4, 5, 6]),
    });
    const batch = await fromArrow(bytes, Loose);
    expect(batch.data.half.dtype).toBe("f32");
    expect([...batch.data.half.values]).toEqual(half);
    expect([batch.data.day.dtype, batch.data.day.at(0)]).toEqual(["i32", 3]);
    expect([batch.data.ms.dtype, batch.data.ms.at(0)]).toEqual(["i64", BigInt(when.getTime())]);
    expect([batch.data.time.dtype, batch.data.time.at(5)]).toEqual(["i32", 6]);
    expect(arrowReport(batch).columns.ms.type).toBe("Timestamp[ms]");
  });

  test("decimals that f64 holds, and the others only where that is asked for", async () => {
    const type = new apache.Decimal(2, 20, 128);
    const decimals = (...unscaled: bigint[]) => {
      const words = new BigUint64Array(2 * unscaled.length);
      unscaled.forEach((value, i) => {
        words[2 * i] = BigInt.asUintN(64, value);
        words[2 * i + 1] = BigInt.asUintN(64, value >> 64n);
      });
      return apache.makeVector({ type, data: new Uint32Array(words.buffer) } as any);
    };
    const exact = await fromArrow<{ x: any }>(bytesOf({ x: decimals(150n, -225n, 10n ** 20n) }));
    expect([exact.x.dtype, [...exact.x.values]]).toEqual(["f64", [1.5, -2.25, 1e18]]);
    const odd = bytesOf({ x: decimals(100n, 10n) });
    await expect(fromArrow(odd)).rejects.toThrow(
      'The column "x" (Decimal128[20, 2]) has decimals that f64 does not hold exactly: row 1 is near 0.1.',
    );
    expect([...(await fromArrow<{ x: any }>(odd, { dtypes: { x: "f64" } })).x.values]).toEqual([1, 0.1]);
  });

  test("a table of several record batches", async () => {
    const x = [[1, 2], [3], [4, 5, 6]].map((values) => columnOf(new apache.Float64(), values));
    const bytes = bytesOf({ x: x[0].concat(x[1], x[2]) });
    expect(apache.tableFromIPC(bytes).batches).toHaveLength(3);
    const back = await fromArrow<{ x: any }>(bytes);
    expect([...back.x.values]).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test("ids are strings or numbers, of any column", async () => {
  const bytes = bytesOf({
    name: columnOf(new apache.Utf8(), ["a", "b"]),
    large: columnOf(new apache.Uint64(), [1n, 2n]),
    code: columnOf(new apache.Float64(), [0.5, null]),
    far: columnOf(new apache.Int64(), [1n, 2n ** 53n]),
  });
  expect((await fromArrow(bytes, Loose, { ids: "name", columns: ["far"] })).indices).toEqual(["a", "b"]);
  expect((await fromArrow(bytes, Loose, { ids: "large", columns: ["far"] })).indices).toEqual([1, 2]);
  await expect(fromArrow(bytes, Loose, { ids: "far", columns: [] })).rejects.toThrow(
    'Ids are strings or numbers: the column "far" has 9007199254740992 at row 1.',
  );
  await expect(fromArrow(bytes, Loose, { ids: "code", columns: [] })).rejects.toThrow("has null at row 1");
  await expect(fromArrow(bytes, Loose, { ids: "nmae" })).rejects.toThrow('ids names a column "nmae"');
});

describe("nulls", () => {
  const { Float64, Int32, List, FixedSizeList, Field } = apache;
  const item = (type: apache.DataType) => new Field("item", type, true);
  const numbers = () =>
    bytesOf({ f: columnOf(new Float64(), [1, null, 3]), i: columnOf(new Int32(), [null, 5, null]) });

  test("in columns of numbers are an error that names column and row, unless the user says what they become", async () => {
    await expect(fromArrow(numbers())).rejects.toThrow(
      'The column "f" (Float64) has a null at row 1, and a column of numbers holds none. ' +
        'Say what nulls become: { nulls: { "f": "nan" } }, or a number instead of "nan".',
    );
    await expect(fromArrow(numbers(), { nulls: { f: 0 } })).rejects.toThrow(
      'The column "i" (Int32) has a null at row 0',
    );
    await expect(fromArrow(numbers(), { nulls: "nan" })).rejects.toThrow("i32 has no NaN for them");
    await expect(fromArrow(numbers(), { nulls: 0.5 })).rejects.toThrow(
      "i32 does not hold 0.5 in their place",
    );
    await expect(fromArrow(numbers(), { nulls: "none" as never })).rejects.toThrow(
      'takes "error", "nan" or a number',
    );
    const { f, i } = await fromArrow<Record<string, any>>(numbers(), { nulls: { f: "nan", i: -1 } });
    expect([[...f.values], [...i.values]]).toEqual([
      [1, Number.NaN, 3],
      [-1, 5, -1],
    ]);
    const floats = await fromArrow<Record<string, any>>(numbers(), { nulls: "nan", dtypes: { i: "f64" } });
    expect([...floats.i.values]).toEqual([Number.NaN, 5, Number.NaN]);
  });

  test("within lists and of lists, too", async () => {
    const bytes = bytesOf({
      rows: columnOf(new List(item(new Float64())), [[1, null], null, [3]]),
      pairs: columnOf(new FixedSizeList(2, item(new Float64())), [[1, 2], null, [3, null]]),
    });
    await expect(fromArrow(bytes, { columns: ["rows"] })).rejects.toThrow("has a null at row 0");
    await expect(fromArrow(bytes, { columns: ["pairs"] })).rejects.toThrow("has a null at row 1");
    const { rows, pairs } = await fromArrow<Record<string, any>>(bytes, { nulls: 9 });
    expect([[...rows.values], [...rows.offsets]]).toEqual([
      [1, 9, 3],
      [0, 2, 2, 3],
    ]);
    expect([...pairs.values]).toEqual([1, 2, 9, 9, 3, 9]);
  });

  test("do not matter beneath rows that are not there", async () => {
    const child = columnOf(new Float64(), [1, null, 3]).data[0];
    const list = apache.makeVector(
      apache.makeData({
        type: new List(item(new Float64())),
        valueOffsets: Int32Array.of(0, 1, 1),
        child,
      } as any),
    );
    const { x } = await fromArrow<Record<string, any>>(bytesOf({ x: list }));
    expect([...x.values]).toEqual([1]);
  });
});

describe("dtypes", () => {
  const bytes = bytesOf({
    big: columnOf(new apache.Int64(), [1n, 2n ** 40n]),
    x: columnOf(new apache.Float64(), [1, 300]),
    half: columnOf(new apache.Float64(), [0.5, 1]),
    flag: columnOf(new apache.Bool(), [true, false]),
    text: columnOf(new apache.Utf8(), ["a", "b"]),
  });

  test("convert where values fit, floats round", async () => {
    const dtypes: Record<string, Dtype> = { big: "f32", x: "u16", flag: "u8", half: "f32" };
    const back = await fromArrow<Record<string, any>>(bytes, { dtypes });
    expect([back.big, back.x, back.flag, back.half].map(({ dtype, values }) => [dtype, ...values])).toEqual([
      ["f32", 1, 2 ** 40],
      ["u16", 1, 300],
      ["u8", 1, 0],
      ["f32", 0.5, 1],
    ]);
    expect([...(await fromArrow<Record<string, any>>(bytes, { dtypes: { x: "i64" } })).x.values]).toEqual([
      1n,
      300n,
    ]);
  });

  test("name what does not fit", async () => {
    await expect(fromArrow(bytes, { dtypes: { big: "i32" } })).rejects.toThrow(
      'The column "big" (Int64) has 1099511627776, which i32 does not hold.',
    );
    await expect(fromArrow(bytes, { dtypes: { x: "u8" } })).rejects.toThrow(
      "has 300, which u8 does not hold",
    );
    await expect(fromArrow(bytes, { dtypes: { half: "i64" } })).rejects.toThrow(
      "has 0.5, which i64 does not hold",
    );
    await expect(fromArrow(bytes, { dtypes: { text: "f64" } })).rejects.toThrow("is not made of numbers");
    await expect(fromArrow(bytes, { dtypes: { txet: "f64" } })).rejects.toThrow('did you mean "text"?');
    await expect(fromArrow(bytes, { dtypes: { x: "f16" as never } })).rejects.toThrow(
      'There is no dtype "f16"',
    );
  });
});

describe("what is no Arrow data", () => {
  test("is refused with what is expected", async () => {
    const table = apache.tableFromArrays({ x: Float64Array.of(1) });
    for (const given of [table, table.batches[0]]) {
      await expect(fromArrow(given as never)).rejects.toThrow("fromArrow(tableToIPC(table), …)");
    }
    for (const given of ["x", null, 5, [], [1]]) {
      await expect(fromArrow(given as never)).rejects.toThrow("fromArrow() takes Arrow IPC bytes");
    }
    for (const bytes of [
      new Uint8Array(0),
      new TextEncoder().encode("id,x\n1,2\n3,4\n5,6\n"),
      new Uint8Array(64).fill(7),
    ]) {
      await expect(fromArrow(bytes)).rejects.toThrow(
        "The bytes are not an Arrow IPC stream or file, or are cut off",
      );
    }
  });

  test("is also what is cut off, at any byte, but for a stream between two messages", async () => {
    const batch = Loose.from(3, {
      x: [1, 2, 3],
      rows: [Int8Array.of(1), Int8Array.of(1, 2), new Int8Array(0)],
    });
    const file = await toArrow(batch, { format: "file" });
    for (let end = 0; end < file.length; end++) {
      const why = end < 8 ? "not an Arrow IPC stream or file" : "cut off: a file has its footer at its end.";
      await expect(fromArrow(file.slice(0, end)), `${end} bytes`).rejects.toThrow(why);
    }
    const stream = await toArrow(batch);
    for (let end = 0; end < stream.length - 8; end++) {
      const cut = fromArrow<Record<string, any>>(stream.slice(0, end)).then(({ x }) => x.length);
      // a stream may end after the schema, without rows
      await expect(
        cut.catch((error) => error.message),
        `${end} bytes`,
      ).resolves.toSatisfy((got) => got === 0 || /not an Arrow IPC stream or file/.test(got));
    }
  });

  test("is a list whose offsets do not lie in order within its elements", async () => {
    const rows = raggedFrom([Int8Array.of(1), Int8Array.of(2, 3)]);
    for (const offsets of [
      [0, 1, 4],
      [-1, 1, 3],
      [0, 2, 1],
    ]) {
      const table = await toArrowTable({ rows });
      (table.getChild("rows").data[0].offsets as Int32Array).set(offsets);
      await expect(fromArrow(table)).rejects.toThrow('The column "rows" (List<Int8>) is broken: row ');
      rows.offsets.set([0, 1, 3]);
    }
  });
});
