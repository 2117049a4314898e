import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../../harness.js";
import { type Argument, type Both, both, type Row } from "./both.js";
import { common, type Kind, kernelsFor, type Method, nameOf, prelude, preludeFor } from "./methods.js";
import { type ElementType, elementTypes, extremeRows, rowOf } from "./values.js";

const { sortUp, sortDown, sortNamed, sortHuge, sortEqual } = common;
// orders groups of elements only, so that it shows whether those of a group stay in order
const sortGroups: Method = { takes: "x", does: "x.sort((a, b) => groupOf(a) - groupOf(b))" };
const sort: Method = { takes: "x", does: "x.sort()" };
const comparators = { sortUp, sortDown, sortNamed, sortHuge, sortEqual, sortGroups };
const methods: [Kind, Record<string, Method>][] = [
  ["typed array", { sort, ...comparators }],
  ["list", comparators],
  ["static array", comparators],
];
const groups = `
function groupOf(value: T): f64 {
  const x = num(value);
  return x > -1000000.0 && x < 1000000.0 ? Math.floor(x % 5.0) : 7.0;
}
`;

let compared: Both;
beforeAll(async () => {
  const kernels = elementTypes.map((type) => {
    const own = methods.filter(([kind]) => kind === "typed array" || type.array === type.row);
    return preludeFor(type, groups) + own.map(([kind, all]) => kernelsFor(type, all, kind)).join("\n");
  });
  compared = await both(prelude + kernels.join("\n"));
});

const lengths = [0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 47, 48, 49, 50, 100, 257, 1000];

/** Rows of all lengths: in any order, in order, backwards, all equal, few different ones, extremes only. */
function* rowsOf(type: ElementType): Generator<Row> {
  const [sample] = fc.sample(fc.array(type.any, { minLength: 1000, maxLength: 1000 }), {
    seed: 7,
    numRuns: 1,
  });
  const values = sample.filter((value) => !Number.isNaN(value));
  const order = (a: Argument, b: Argument) => (a < b ? -1 : a > b ? 1 : 0);
  const extremes = type.extremes.filter((value) => !Number.isNaN(value));
  for (const length of lengths) {
    const some = values.slice(0, length);
    const sorted = some.toSorted(order);
    const indices = some.map((_, i) => i);
    yield* [
      some,
      sorted,
      sorted.toReversed(),
      [...sorted.slice(1), ...sorted.slice(0, 1)],
      indices.map(() => some[0]),
      indices.map((i) => values[(i * 7) % 3]),
      indices.map((i) => extremes[(i * 31) % extremes.length]),
    ].map((row) => rowOf(type, row));
  }
}

describe.each(elementTypes.map((type) => [type.array, type] as const))("%s", (_, type) => {
  const kinds = methods.filter(([kind]) => kind === "typed array" || type.array === type.row);

  test("is sorted as in JavaScript, whatever its length, order and comparator", () => {
    const items = [...rowsOf(type)].map((row) => [row]);
    const found = kinds.flatMap(([kind, all]) =>
      Object.entries(all)
        .filter(([, { only }]) => only?.(type) ?? true)
        .flatMap(([name]) => compared.differences(nameOf(kind, name, type), items).slice(0, 2)),
    );
    expect(found).toEqual([]);
  });

  test("has NaNs last, with a sign or without, and -0 before 0", () => {
    const items = extremeRows(type).flatMap((row) => [[row], [row.slice().reverse() as Row]]);
    expect(compared.differences(nameOf("typed array", "sort", type), items)).toEqual([]);
  });
});

test("a list of strings is sorted by code units, null as 'null'", async () => {
  const { results } = await both(`
export function strings(): Uint16Array {
  return codes(["b", "", "a", "\\u{1f600}", "\\uffff", "aa", "B", "é", "10", "9", "abcde", "abcdf", "abcd"].sort().join());
}
export function nulls(): Uint16Array {
  const list: (string | null)[] = ["z", null, "a", "nulk", "nulm", null, ""];
  return codes(list.sort().join());
}
export function bools(): Uint16Array { return codes([true, false, true, false].sort().join()); }
`);
  for (const name of ["strings", "nulls", "bools"]) {
    const [kernel, javascript] = results(name, []);
    expect(kernel).toBe(javascript);
  }
});

const lawless = `
let state: u32 = 1;
let fails: i32 = -1;
function lawless(a: i32, b: i32): i32 {
  state = state * 1664525 + 1013904223;
  if (fails >= 0 && fails-- == 0) throw new Error("enough");
  return <i32>state;
}
export function rowByChance(x: Int32Array, seed: u32, after: i32): void { state = seed; fails = after; x.sort(lawless); }
export function listByChance(x: Int32Array, seed: u32): Int32Array {
  const list: i32[] = [];
  for (let i = 0; i < x.length; i++) list.push(x[i]);
  state = seed;
  fails = -1;
  list.sort(lawless);
  const sorted = new Int32Array(x.length);
  sorted.set(list);
  return sorted;
}
`;

test("comparators without sense lose and invent no element, and what one throws leaves the row as it was", async () => {
  const { run } = await load(lawless);
  const rows = () => lengths.map((length) => Int32Array.from({ length }, (_, i) => i));
  const seeds = lengths.map((_, i) => 12345 + i);
  const mixed = rows();
  expect(run("rowByChance", [mixed, seeds, seeds.map(() => -1)]).thrown).toEqual([]);
  expect(mixed.map((row) => row.sort())).toEqual(rows());
  expect(mixed).toEqual(rows());
  const { values, thrown } = run("listByChance", [rows(), seeds]);
  expect(thrown).toEqual([]);
  expect(values.map((row) => (row as Int32Array).sort())).toEqual(rows());
  const failing = rows();
  expect(run("rowByChance", [failing, seeds, lengths.map((length) => length >> 2)]).thrown).toHaveLength(
    lengths.length - 2,
  );
  expect(failing).toEqual(rows());
});
