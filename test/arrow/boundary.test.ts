import { int64 } from "@uwdata/flechette";
import { Batch } from "nogil";
import { arrowWriter, fromArrow, readArrow, toArrow, toArrowTable } from "nogil/arrow";
import { expect, test } from "vitest";

class Plain extends Batch<Record<string, any>, string> {}
const loose = { arrowWriter, fromArrow, readArrow, toArrow, toArrowTable } as unknown as Record<
  string,
  (...args: unknown[]) => any
>;
const batch = () => Plain.from(["a", "b"], { x: [1, 2], s: ["u", null] });
const read = async (options: unknown, Class: unknown = Plain) =>
  loose.fromArrow(await toArrow(batch()), Class, options);
const write = (options: unknown) => loose.toArrow(batch(), options);

const calls: [string, () => unknown, string][] = [
  ["toArrow of a promise", () => loose.toArrow(Promise.resolve({})), "by name ({ x: column }), got Promise."],
  ["toArrow of a Map", () => loose.toArrow(new Map()), "by name ({ x: column }), got Map."],
  ["undefined as a component", () => loose.toArrow({ x: undefined }), 'the component "x" is undefined.'],
  ["a string as a component", () => loose.toArrowTable({ x: "abc" }), 'the component "x" is a string.'],
  [
    "ids: null",
    () => write({ ids: null }),
    "ids takes the name of the column for the ids, or false, got null.",
  ],
  ['ids: ""', () => write({ ids: "" }), 'or false, got "".'],
  ["types: []", () => write({ types: [] }), "types takes an object by column, { label: utf8() }, got Array."],
  [
    "a type by its name",
    () => write({ types: { s: "utf8" } }),
    'Arrow types as @uwdata/flechette makes them, such as utf8(): "s" is "utf8".',
  ],
  ["a type that is null", () => write({ types: { s: null } }), 'such as utf8(): "s" is null.'],
  [
    "a type for what is no component",
    () => write({ types: { xs: int64() } }),
    'types names "xs", which is not a component; did you mean "x"? There are: x, s.',
  ],
  ["batchRows: Symbol()", () => write({ batchRows: Symbol("n") }), "a whole number from 1, got Symbol(n)."],
  [
    'format: "fiel"',
    () => write({ format: "fiel" }),
    'toArrow(): format takes "file" or "stream", got "fiel".',
  ],
  [
    "format of a writer",
    () => loose.arrowWriter("no.arrow", { format: null }),
    'arrowWriter(): format takes "file" or "stream", got null.',
  ],
  ["ids: 5", () => read({ ids: 5 }), "fromArrow(): ids takes the name of a column, got 5."],
  ['columns: "x"', () => read({ columns: "x" }), 'columns takes names of columns in an array, got "x".'],
  ["columns: [5]", () => read({ columns: ["x", 5] }), "in an array, got one that is 5."],
  ["nulls: null", () => read({ nulls: null }), 'nulls takes an object by column, { age: "nan" }, got null.'],
  ["nulls: 1n", () => read({ nulls: 1n }), 'nulls takes "error", "nan" or a number, got 1n.'],
  ["nulls of a column", () => read({ nulls: { x: 1n } }), 'nulls takes "error", "nan" or a number, got 1n.'],
  [
    'dtypes: "f32"',
    () => read({ dtypes: "f32" }),
    'dtypes takes an object by column, { age: "f32" }, got "f32".',
  ],
  ["categories: []", () => read({ categories: [] }), "categories takes an object by column"],
  ["no categories", () => read({ categories: { s: null } }), "which are strings in an array, got null."],
  [
    "fromArrow to another class",
    () => read({}, Map),
    "fromArrow() takes the class of the batches second, which extends Batch, got a function, Map.",
  ],
  [
    "readArrow without a class",
    () => loose.readArrow("no.arrow").next(),
    "readArrow() takes the class of the batches second, which extends Batch, got undefined.",
  ],
];

test.each(calls)("%s is refused", async (_, call, message) => {
  const error: any = await (async () => call())().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(message.startsWith("a whole number") ? RangeError : TypeError);
  expect(error.message).toContain(message);
});

test("a format that is undefined is the default", async () => {
  expect(await toArrow(batch(), { format: undefined })).toEqual(await toArrow(batch()));
});

test("columns of different lengths, as broken bytes have them, are refused", async () => {
  const bytes = await toArrow(Plain.from(["p", "q"], { a: [1, 2], b: [3, 4] }), { ids: false });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // the message of the record batch has for each column its number of rows, then of nulls
  const places = Array.from({ length: (bytes.length >> 3) - 3 }, (_, i) => 8 * i).filter(
    (at) =>
      view.getBigInt64(at, true) === 2n &&
      view.getBigInt64(at + 8, true) === 0n &&
      view.getBigInt64(at + 16, true) === 2n &&
      view.getBigInt64(at + 24, true) === 0n,
  );
  expect(places).toHaveLength(1);
  view.setBigInt64(places[0], 2n ** 40n, true);
  await expect(fromArrow(bytes)).rejects.toThrow("broken: it has 1099511627776 rows, where 2147483647 is");
  view.setBigInt64(places[0], 3n, true);
  await expect(fromArrow(bytes)).rejects.toThrow(
    'broken: its column "a" has 3 rows, in a record batch of 2.',
  );
});
