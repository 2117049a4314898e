import { afterAll, describe, expect, test } from "vitest";
import { run, shutdown } from "../../dist/index.js";
import * as k from "../fixtures/build/kept.js";

afterAll(() => shutdown());

const targets = ["for", "nogil"] as const;
const ramp = (n: number, start: number) => Array.from({ length: n }, (_, i) => start + i);
const sum = (values: readonly number[]) => values.reduce((s, v) => s + v, 0);
const numbers = (n: number, value = (i: number) => i) => Float64Array.from({ length: n }, (_, i) => value(i));
const rowsOf = (...firsts: number[]) => firsts.map((first) => Float64Array.of(first, first + 1));

describe.for(targets)("on %s", (target) => {
  const chunks = (chunkSize: number, workers = 2) =>
    target === "for" ? { target } : ({ target, workers, chunkSize } as const);
  const options = chunks(7);

  test("tables that are filled on first use are right for every item", async () => {
    const x = numbers(300, (i) => i % 40);
    expect([...(await run(k.lazyWindow, x, options))]).toEqual(Array.from(x, (v) => 36 + v));
    expect([...(await run(k.lazyStatic, x, options))]).toEqual(Array.from(x, (v) => sum(ramp(300, 0)) + v));
    expect([...(await run(k.memoised, x, options))]).toEqual(Array.from(x, (v) => sum(ramp(v, 0))));
  });

  test("a row is replaced a hundred thousand times without scratch running out", async () => {
    const x = numbers(1000);
    const results = await run(k.replaced, new Array(100_000).fill(x), options);
    expect(results.failures).toEqual([]);
    // the first item of each thread has none before it
    expect(results.filter((value) => value !== 0 && value !== -1)).toEqual([]);
  });

  test("a row that is kept is its item's error that names the variable, and nobody else's", async () => {
    const message =
      'module variable "keptRow" keeps a row, or a view of one, after its item: keep a copy instead, as row.slice() makes it';
    const always = await run(k.keepsRow, rowsOf(1, 2, 3), options);
    expect(
      always.map((error) => [(error as unknown as Error).name, (error as unknown as Error).message]),
    ).toEqual(new Array(3).fill(["TypeError", message]));
    for (const [kernel, bad, variable] of [
      [k.keepsRowSometimes, [3], "keptRow"],
      [k.keepsRowInList, [3], "rowsKept"],
      [k.keepsRowInField, [3, 5], "box"],
    ] as const) {
      const results = await run(kernel, rowsOf(0, 1, 2, 3, 4, 5, 6, 7), options);
      expect(results.failures.map(({ item }) => item)).toEqual(bad);
      expect(results.failures[0].error.message).toContain(`module variable "${variable}" keeps a row`);
      expect([...results].filter((value) => typeof value === "number")).toEqual(
        ramp(8, 0).filter((value) => !bad.includes(value as never)),
      );
    }
    expect([...(await run(k.plain, numbers(5), options))]).toEqual([1, 2, 3, 4, 5]);
    expect([...(await run(k.lazyWindow, numbers(5), options))]).toEqual([36, 37, 38, 39, 40]);
  });

  test("a row in a variable for the length of its item is fine", async () => {
    expect([...(await run(k.borrowsRow, rowsOf(1, 2, 3), options))]).toEqual([3, 5, 7]);
  });

  test("what is kept outgrowing the scratch is the item's error, names the variable, and others run", async () => {
    const grow = numbers(9000, () => 1);
    const results = await run(k.hoards, grow, chunks(9000));
    expect(results.failures.length).toBeGreaterThan(1000);
    const [{ error, item }] = results.failures;
    expect(error).toMatchObject({ name: "RangeError" });
    expect(error.message).toMatch(
      /^kernel scratch exhausted: \d+ bytes; raise it .*; module variable "hoard" keeps \d+ of them$/,
    );
    // 32 MiB are full of rows of 8,000 bytes by then
    expect(item).toBeGreaterThan(3500);
    // one item has each thread that takes it let go of all
    const after = await run(k.hoards, Float64Array.of(-1, 1, 1), chunks(3));
    expect([...after]).toEqual([0, 1, 1]);
    expect([...(await run(k.plain, numbers(3), options))]).toEqual([1, 2, 3]);
    // a thread that did not take that one is full still
    await shutdown();
  });

  test("what a variable lets go of is there for the next item", async () => {
    // 24 of 32 MiB are let go of at once
    const items = [...new Array(3000).fill(1), -1, 1];
    const { failures } = await run(k.hoards, Float64Array.from(items), chunks(3002, 1));
    expect(failures).toEqual([]);
    const [, big] = await run(k.lateThenBig, Float64Array.of(3000, 1e6), chunks(2, 1));
    expect(big).toBe(1e6);
  });

  test("two modules in one thread keep what is theirs", async () => {
    const other = await import("../fixtures/build/kernels.js");
    expect(Object.keys(other).length).toBeGreaterThan(0);
    const { compile } = await import("../../dist/compiler/index.js");
    const second = await compile(`
      let a: Float64Array | null = null;
      export function other(x: f64): f64 {
        if (!a) { a = new Float64Array(256); a!.fill(1); }
        const t = new Float64Array(600);
        t.fill(-3);
        let s: f64 = x;
        for (let i = 0; i < 256; i++) s += a![i];
        return s;
      }`);
    for (let round = 0; round < 4; round++) {
      expect([...(await run(second.other, numbers(40), options))]).toEqual(ramp(40, 256));
      expect([...(await run(k.lazyWindow, numbers(40), options))]).toEqual(ramp(40, 36));
      expect([
        ...(await run(
          k.memoised,
          numbers(40, () => 30),
          options,
        )),
      ]).toEqual(new Array(40).fill(435));
    }
  });
});

// one thread, so that items come in order
describe.for(targets)("in one thread on %s", (target) => {
  const options =
    target === "for" ? { target, deadline: 60_000 } : ({ target, workers: 1, deadline: 60_000 } as const);

  test("the half-filled table of an item that failed stays, as in JavaScript", async () => {
    const results = await run(k.throwsHalfway, numbers(4), options);
    expect(results.failures).toMatchObject([{ item: 0, error: { message: "half" } }]);
    expect([...results].slice(1)).toEqual([42, 42, 42]);
    // a stack overflow costs its item, and what it pushed before stays
    const overflowing = await run(k.overflows, numbers(30), options);
    expect(overflowing.failures.map(({ item }) => item)).toEqual(ramp(10, 0).map((i) => 3 * i + 1));
    expect([...overflowing].filter((value) => typeof value === "number")).toEqual(
      ramp(30, 0).filter((i) => i % 3 !== 1),
    );
  });

  test("lists, strings, sets, graphs and literals are after every item what JavaScript's are", async () => {
    const n = 3000;
    const grown = await run(k.growing, numbers(n), options);
    const before = (grown[0] as number) - 1;
    expect(grown.failures).toEqual([]);
    expect(grown[n - 1]).toBe(before + n + (n - 1) + 0);

    const names = new Map<string, string>();
    const seen = new Set<string>();
    let text = "";
    const expected = ramp(n, 0).map((x) => {
      const key = `key ${x % 37}`;
      if (!names.has(key)) names.set(key, key + "!".repeat(x % 5));
      seen.add(key.substring(2));
      text = text.length > 200 ? key : text + names.get(key);
      return names.get(key)!.length + seen.size * 100 + text.length * 10000;
    });
    expect([...(await run(k.strings, numbers(n), options))]).toEqual(expected);

    const slots: ({ value: number[]; label: string } | undefined)[] = [];
    const graph = ramp(n, 0).map((i) => {
      slots[i & 3] = { value: ramp(5, i), label: String(i) };
      const next = slots[(i + 1) & 3];
      const all = slots.reduce((s, slot) => s + (slot ? sum(slot.value) + slot.label.length : 0), 0);
      return next ? all + sum(next.value) : all;
    });
    expect([...(await run(k.graph, numbers(n), options))].slice(4)).toEqual(graph.slice(4));

    const literal = [[1, 2, 3], [4]];
    const literals = ramp(200, 0).map((x) => {
      literal.push([x, x + 1]);
      literal[0].push(x);
      return sum(literal.flat());
    });
    expect([...(await run(k.literals, numbers(200), options))]).toEqual(literals);
  });

  test("a long list is kept without a stack to follow it, and small tables beside large temporary ones", async () => {
    expect([...(await run(k.longList, numbers(50), options))]).toEqual(new Array(50).fill(20000));
    const results = await run(k.hugeThenSmall, numbers(3000), options);
    expect(results.failures).toEqual([]);
    expect([...results]).toEqual(ramp(3000, 0));
  });
});
