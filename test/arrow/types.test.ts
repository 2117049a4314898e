import {
  type Column,
  columnFromArray,
  type DataType,
  field,
  float64,
  int32,
  int64,
  interval,
  largeBinary,
  largeList,
  largeUtf8,
  listView,
  map,
  runEndEncoded,
  Table,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import { arrowReport, fromArrow } from "nogil/arrow";
import { expect, test } from "vitest";

const column = (values: readonly unknown[], type: DataType): Column<any> =>
  columnFromArray(values as any[], type, { useBigInt: true }) as Column<any>;
const ipc = (columns: Record<string, Column<any>>) =>
  tableToIPC(tableFromColumns(columns), { format: "stream" })!;

test("large lists, large binary data and large text are as others", async () => {
  const back = await fromArrow<Record<string, any>>(
    ipc({
      rows: column([[1, 2], [], [3]], largeList(float64())),
      bytes: column([Uint8Array.of(1), Uint8Array.of(2, 3), new Uint8Array(0)], largeBinary()),
      text: column(["a", null, "ü"], largeUtf8()),
    }),
  );
  expect([back.rows.shape, [...back.rows.offsets], [...back.rows.values]]).toEqual([
    [3, null],
    [0, 2, 2, 3],
    [1, 2, 3],
  ]);
  expect([[...back.bytes.offsets], [...back.bytes.values]]).toEqual([
    [0, 1, 3, 3],
    [1, 2, 3],
  ]);
  expect(back.text).toEqual(["a", null, "ü"]);
});

test("run-end encoded numbers are a column, text an array", async () => {
  const runs = (values: readonly unknown[], type: DataType) => column(values, runEndEncoded(int32(), type));
  const back = await fromArrow<Record<string, any>>(
    ipc({ x: runs([1, 1, 1, 2], float64()), s: runs(["a", "a", "b", "b"], utf8()) }),
  );
  expect([back.x.dtype, [...back.x.values], back.s]).toEqual(["f64", [1, 1, 1, 2], ["a", "a", "b", "b"]]);
  expect(arrowReport(back).columns.x.type).toBe("RunEndEncoded<Int32, Float64>");
});

test("runs have a bitmap of nulls in metadata of version 4, as Arrow for C++ writes it", async () => {
  const written =
    "//////AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABAwAMAAAACAAIAAAABAAIAAAABAAAAAEAAAAEAAAA0P///wAAARYYAAAAIAAA" +
    "AAQAAAACAAAAaAAAACQAAAABAAAAeAAAAAQABAAEAAAAEAAUAAgABgAHAAwAAAAQABAAAAAAAAECEAAAABgAAAAEAAAAAAAAAAYA" +
    "AAB2YWx1ZXMAALz///8AAAABCAAAABAAFAAIAAAABwAMAAAAEAAQAAAAAAAAAhAAAAAkAAAABAAAAAAAAAAIAAAAcnVuX2VuZHMA" +
    "AAAACAAMAAgABwAIAAAAAAAAARAAAAD/////2AAAABQAAAAAAAAADAAWAAYABQAIAAwADAAAAAADAwAYAAAAEAAAAAAAAAAAAAoA" +
    "GAAMAAQACAAKAAAAbAAAABAAAAAEAAAAAAAAAAAAAAAFAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
    "AAQAAAAAAAAACAAAAAAAAAAAAAAAAAAAAAgAAAAAAAAAAgAAAAAAAAAAAAAAAwAAAAQAAAAAAAAAAAAAAAAAAAACAAAAAAAAAAAA" +
    "AAAAAAAAAgAAAAAAAAAAAAAAAAAAAAMABAAAAAAAAQIAAAAAAAD/////AAAAAA==";
  const { x } = await fromArrow<Record<string, any>>(Buffer.from(written, "base64"));
  expect([...x.values]).toEqual([1, 1, 1, 2]);
});

test("maps are arrays of their entries", async () => {
  const type = map(utf8(), int64());
  const { m } = await fromArrow<Record<string, any>>(
    ipc({
      m: column(
        [
          [["a", 1n]],
          [],
          [
            ["b", 2n],
            ["c", 3n],
          ],
        ],
        type,
      ),
    }),
  );
  expect(m).toEqual([
    [["a", 1n]],
    [],
    [
      ["b", 2n],
      ["c", 3n],
    ],
  ]);
});

test("views of lists may lie in any order, and overlap", async () => {
  const child = column([1, 2, 3, 4], float64()).data[0];
  const plain = column([[1], [2], [3]], largeList(float64())).data[0];
  const type = listView(field("item", float64()));
  const view = Object.assign(Object.create(Object.getPrototypeOf(plain)), plain, {
    type,
    offsets: Int32Array.of(2, 0, 1),
    sizes: Int32Array.of(2, 2, 2),
    children: [child],
  });
  const fields = [field("v", type)];
  const table = new Table({ version: 4, endianness: 0, fields, metadata: null } as any, [
    { type, length: 3, nullCount: 0, data: [view] } as any,
  ]);
  const { v } = await fromArrow<Record<string, any>>(tableFromIPC(tableToIPC(table, { format: "stream" })!));
  expect([0, 1, 2].map((i) => [...v.at(i)])).toEqual([
    [3, 4],
    [1, 2],
    [2, 3],
  ]);
});

test("intervals are refused by name", async () => {
  const values = [new Float64Array([1, 2, 3])];
  await expect(fromArrow(ipc({ gap: column(values, interval(2)) }))).rejects.toThrow(
    'The column "gap" (Interval) has values that no component holds: leave it out with the option columns',
  );
});
