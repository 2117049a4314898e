import { dictionary, int16, utf8 } from "@uwdata/flechette";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import fc from "fast-check";
import { Batch } from "nogil";
import { arrowReport, fromArrow, toArrow } from "nogil/arrow";
import { describe, expect, test } from "vitest";

class Loose extends Batch<any> {}

const codesOf = async (bytes: Uint8Array, categories: readonly string[], options = {}) => {
  const batch = await fromArrow(bytes, Loose, { categories: { label: categories }, ...options });
  return [...batch.data.label.values];
};

describe("a column of strings that is read as categories", () => {
  test("is the place of each string, and -1 for null and for any other", async () => {
    const label = fc.array(fc.constantFrom("", "a", "b", "é", null, "other"), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        label,
        fc.boolean(),
        fc.integer({ min: 1, max: 10 }),
        async (values, asKeys, batchRows) => {
          const types = asKeys ? { label: dictionary(utf8(), int16()) } : { label: utf8() };
          const bytes = await toArrow(Loose.from(values.length, { label: values }), { types, batchRows });
          const categories = ["é", "b", "a", ""];
          const expected = values.map((value) => (value === null ? -1 : categories.indexOf(value)));
          expect(await codesOf(bytes, categories)).toEqual(expected);
        },
      ),
      { numRuns: 80 },
    );
  });

  test("comes from other writers too", async () => {
    // apache-arrow makes a dictionary of strings
    const bytes = tableToIPC(tableFromArrays({ label: ["x", "y", null, "x"] as string[] }), "file");
    expect(await codesOf(bytes, ["y", "x"])).toEqual([1, 0, -1, 1]);
  });

  test("is a dense column of i32, which concatenates with others that have the same categories", async () => {
    const read = async (label: (string | null)[]) =>
      fromArrow(await toArrow(Loose.from(label.length, { label })), Loose, {
        categories: { label: ["a", "b"] },
      });
    const one = await read(["b", "a"]);
    const other = await read([null, null]);
    expect(one.data.label).toMatchObject({ dtype: "i32", shape: [2] });
    expect([...Loose.concat([one, other]).data.label.values]).toEqual([1, 0, -1, -1]);
    expect(arrowReport(one).columns.label).toMatchObject({ use: "copied", bytes: 8 });
  });

  test("is refused where there are no strings, or the categories are none", async () => {
    const bytes = await toArrow(Loose.from(2, { label: ["a", "b"], x: Float64Array.of(1, 2) }));
    const reading = (options: any) => fromArrow(bytes, Loose, options);
    await expect(reading({ categories: { x: ["a"] } })).rejects.toThrow(
      'The column "x" (Float64) has no strings, so it cannot be read as categories',
    );
    await expect(reading({ categories: { label: ["a", "b", "a"] } })).rejects.toThrow('"a" is named twice');
    await expect(reading({ categories: { label: "ab" } })).rejects.toThrow(
      "strings in an array, got a string",
    );
    await expect(reading({ categories: { labels: ["a"] } })).rejects.toThrow('did you mean "label"?');
    await expect(reading({ categories: { label: ["a"] }, dtypes: { label: "i8" } })).rejects.toThrow(
      'The column "label" is read either as categories or as i8, not both.',
    );
  });
});
