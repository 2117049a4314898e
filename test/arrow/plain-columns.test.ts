import fc from "fast-check";
import { fromArrow, toArrow } from "nogil/arrow";
import { describe, expect, test } from "vitest";
import { encodeStrings } from "../../src/arrow/utf8.js";

const there = async (made: readonly unknown[], options = {}) =>
  (await fromArrow<{ made: any }>(await toArrow({ made }, options))).made;

const texts = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 8 })));

test("strings are encoded as TextEncoder encodes them, halves of surrogate pairs too", () => {
  const encoder = new TextEncoder();
  const halves = fc.array(fc.nat(0xffff), { maxLength: 80 }).map((units) => String.fromCharCode(...units));
  const odd = fc.constantFrom(
    "\ud800",
    "\udc00\ud800",
    "a\ud83d",
    "\ud83d\ude00",
    "\ud800\ud83d\ude00",
    "\0",
    "",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(halves, odd, fc.string({ unit: "binary", maxLength: 70 }))), (values) => {
      const { values: bytes, offsets } = encodeStrings(values, 0, values.length, "x");
      expect([...offsets.subarray(1)].map((end, i) => [...bytes.subarray(offsets[i], end)])).toEqual(
        values.map((text) => [...encoder.encode(text)]),
      );
    }),
  );
});

test("strings that need more room than a byte a character have it", () => {
  const values = Array.from({ length: 100 }, (_, i) => "€".repeat(i));
  const { values: bytes, offsets } = encodeStrings(values, 0, 100, "x");
  expect(new TextDecoder().decode(bytes)).toBe(values.join(""));
  expect(offsets[100]).toBe(3 * 4950);
});

test("strings of more bytes than Arrow's offsets reach are refused before any is copied", async () => {
  const long = "a".repeat(2 ** 29 - 24);
  await expect(toArrow({ made: [long, long, long, long, long] })).rejects.toThrow(
    'The component "made": its strings take more than 2 GiB in a record batch, and Arrow\'s offsets end there. Write ' +
      "fewer rows in each: { batchRows: 100_000 }.",
  );
});

// the second is not there
const holes: unknown[] = [1];
holes[2] = 3;
const kinds: Record<string, readonly unknown[]> = {
  strings: ["a", "", "größer", "😀", "\0", "x".repeat(500)],
  booleans: [true, false, false, true, true, true, true, false, true],
  numbers: [0, -0, Number.NaN, 1.5, Number.POSITIVE_INFINITY, 5e-324],
  bigints: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)],
  dates: [new Date(0), new Date(-1), new Date(8.64e15), new Date(-8.64e15)],
};

describe.each(Object.entries(kinds))("an array of %s", (_, values) => {
  test.each([undefined, 1, 2, 8])(
    "comes back, with and without nulls, in record batches of %s rows",
    async (batchRows) => {
      const options = batchRows === undefined ? {} : { batchRows };
      const back = async (given: readonly unknown[]) => [...(await there(given, options))];
      expect(await back(values)).toEqual(values);
      for (const given of [[null, ...values], [...values, null], values.flatMap((value) => [value, null])])
        expect(await back(given)).toEqual(given);
      expect(await back([undefined, ...values])).toEqual([null, ...values]);
    },
  );
});

test("numbers with nulls and holes come back, the sign of zero with them", async () => {
  expect(await there([null, -0, Number.NaN, 2])).toEqual([null, -0, Number.NaN, 2]);
  expect(await there(holes)).toEqual([1, null, 3]);
});

test("any strings and nulls come back", async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (values, batchRows) => {
      const given = values.length > 0 ? [...values, null] : ["a"];
      expect(await there(given, { batchRows })).toEqual(given);
    }),
    { numRuns: 50 },
  );
});

test("what a conversion or a null is refused for names the value", async () => {
  const bytes = await toArrow({ made: Float64Array.of(1, -0, 300.5) });
  const as = (dtype: string) => fromArrow<{ made: any }>(bytes, { dtypes: { made: dtype as never } });
  await expect(as("u8")).rejects.toThrow("has 300.5, which u8 does not hold.");
  expect([...(await as("f32")).made]).toEqual([1, -0, 300.5]);
  const wide = await toArrow({ made: Float64Array.of(2 ** 32 + 5) });
  await expect(fromArrow(wide, { dtypes: { made: "i32" } })).rejects.toThrow("has 4294967301, which i32");
  const none = await toArrow({ made: Float64Array.of(Number.NaN) });
  await expect(fromArrow(none, { dtypes: { made: "u8" } })).rejects.toThrow("has NaN, which u8");
});
