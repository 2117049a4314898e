import {
  action,
  Batch,
  Dataset,
  explain,
  exported,
  inbatchParallel,
  into,
  invocation,
  partial,
  pipeline,
  rows,
  run,
  shutdown,
} from "nogil";
import { fromArrow, toArrow, toArrowTable } from "nogil/arrow";
import { toNpy } from "nogil/npy";
import { afterAll, describe, expect, test } from "vitest";
import { raggedFrom } from "../../dist/columns/index.js";
import * as kernels from "../fixtures/build/kernels.js";

afterAll(() => shutdown());

class Loose extends Batch<any, any> {
  kept: unknown[] = [];
  given: any;
  double = inbatchParallel({ init: rows("x"), post: "keep", target: "for" }, (x: unknown) => [x]) as any;
  hand = inbatchParallel(
    { init: "entries", post: "keep", target: "for" },
    (...args: unknown[]) => args,
  ) as any;
  keep(results: unknown[]) {
    this.kept = [...results];
  }
  entries() {
    return this.given;
  }
  blocks = inbatchParallel(
    { init: rows("x").blocks(2), post: "keep", target: "for" },
    (x: Iterable<unknown>) => [...x],
  ) as any;
  @action
  take(list: unknown) {
    this.kept = [list];
  }
}

const echo = exported(new URL("../fixtures/work-batch.ts", import.meta.url), "given");
const row = (...values: number[]) => Float64Array.from(values);

/** What a call comes to, as it can be compared. */
async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    return { value: comparable(await call()) };
  } catch (error) {
    return { error: String(error) };
  }
}

function comparable(value: any): unknown {
  if (value instanceof Error) return String(value);
  if (value?.dtype) return { dtype: value.dtype, shape: value.shape, values: [...value.values] };
  if (ArrayBuffer.isView(value)) return [value.constructor.name, ...(value as Float64Array)];
  // as an iterator has it, so that a hole is undefined
  if (Array.isArray(value)) return [...value].map(comparable);
  return value;
}

// three values, with what undefined and a hole are to take the place of
const lists = {
  numbers: [1, 2, 3],
  strings: ["a", "b", "c"],
  booleans: [true, false, true],
  bigints: [1n, 2n, 3n],
  rows: [row(1), row(2), row(3)],
  "rows of several lengths": [row(1), row(2, 3), row()],
  "arrays of numbers": [[1], [2, 3], [4]],
  objects: [{ a: 1 }, { a: 2 }, { a: 3 }],
};

const places = [[0], [1], [2], [0, 1, 2]];

const ways: Record<string, (list: readonly unknown[]) => unknown> = {
  "Batch.from": (list) => Loose.from(3, { x: list }).data.x,
  set: (list) => new Loose(3).set({ x: list }).data.x,
  "assigning to data": (list) => {
    const batch = new Loose(3);
    batch.data.x = list;
    return batch.data.x;
  },
  at: (list) => [0, 1, 2].map((id) => Loose.from(3, { x: list }).at(id).x),
  "ids of a batch": (list) => Loose.from(list).indices,
  "ids of a dataset": (list) => new Dataset(list as any, Loose).indices,
  "dataset.batch": (list) => new Dataset([1, 2, 3, "a", "b", "c"], Loose).batch(list as any).indices,
  "dataset.subset": (list) => new Dataset([1, 2, 3, "a", "b", "c"], Loose).subset(list as any).indices,
  "dataset.split": (list) => new Dataset(3, Loose).split(list as any),
  "batch.split": (list) =>
    Loose.from(6, { x: [1, 2, 3, 4, 5, 6] })
      .split(list as any)
      .map(({ length }) => length),
  subset: (list) => Loose.from([1, 2, 3, "a", "b", "c"]).subset(list as any).indices,
  "subset of positions": (list) => Loose.from(4).subset({ positions: list as any }).indices,
  "a subset's components": (list) => Loose.from(3, { x: list }).subset({ positions: [2, 1, 1] }).data.x,
  "a part's components": (list) =>
    Loose.from(3, { x: list })
      .split([1, 2])
      .map((part) => part.data.x),
  "concat of arrays": (list) => {
    const joined = Loose.concat([Loose.from(3, { x: list }), Loose.from(3, { x: list })]);
    return [joined.data.x, joined.length];
  },
  "concat of an array and a column": (list) =>
    Loose.concat([Loose.from(3, { x: list }), Loose.from(2, { x: row(8, 9) })]).data.x,
  "concat of batches": (list) => Loose.concat(list as any),
  "values of allocate, by item": (list) =>
    new Loose(3).allocate("x", { dtype: "f64", shape: [1], values: list as any }),
  "values of allocate, for rows": (list) =>
    new Loose(3).allocate("x", { dtype: "f64", shapes: [1, 2, 0], values: list as any }),
  "shapes of allocate": (list) => new Loose(3).allocate("x", { dtype: "f64", shapes: list as any }),
  "shape of allocate": (list) => new Loose(3).allocate("x", { dtype: "f64", shape: list as any }),
  "shape of one item": (list) => new Loose(1).allocate("x", { dtype: "f64", shapes: [list as any] }),
  "a ragged column": (list) => raggedFrom(list as any, "f64"),
  "items of run": (list) => run((x: unknown) => [x], list, { target: "for" }),
  "arguments of an item": (list) => run((...all: unknown[]) => all, [list, [9, 9, 9]], { target: "for" }),
  "arguments of invocation()": (list) =>
    run((...all: unknown[]) => all, [invocation(list)], { target: "for" }),
  "positional and named arguments": (list) =>
    run((...all: unknown[]) => all, [[list, { n: 1 }]], { target: "for" }),
  "args of run": (list) => run((...all: unknown[]) => all, [0], { target: "for", args: list }),
  "arguments of partial": (list) =>
    run(
      partial((...all: unknown[]) => all, ...list),
      [0],
      { target: "for" },
    ),
  "rows() of a method": async (list) => {
    const batch = Loose.from(3, { x: list });
    await batch.double();
    return batch.kept;
  },
  "blocks of a method": async (list) => {
    const batch = Loose.from(3, { x: list });
    await batch.blocks();
    return batch.kept;
  },
  "what init gives": async (list) => {
    const batch = Object.assign(Loose.from(3), { given: list });
    await batch.hand();
    return batch.kept;
  },
  "arguments within what init gives": async (list) => {
    const batch = Object.assign(Loose.from(3), { given: [list, [1, 2, 3]] });
    await batch.hand();
    return batch.kept;
  },
  "into()": (list) => {
    const keeping = inbatchParallel(
      { init: "indices", post: into("x"), target: "for" },
      (i: number) => list[i],
    );
    const batch = new Loose(3);
    return (keeping as any).call(batch).then(() => batch.data.x);
  },
  "into() of an array": (list) =>
    into("x").call(new Loose(3), Object.assign([...list], { failures: [] }) as any).data.x,
  "toArrow of an array": async (list) => (await fromArrow(await toArrow({ x: list }))).x,
  "toArrow of a batch": async (list) =>
    (await fromArrow(await toArrow(Loose.from(3, { x: list })), Loose)).data.x,
  toArrowTable: async (list) => (await toArrowTable({ x: list })).numRows,
  "toArrow of a list": async (list) => (await fromArrow(await toArrow({ x: [list, list] }))).x,
  "toArrow of lists in objects": async (list) =>
    (await fromArrow(await toArrow({ x: [{ deep: [list] }, { deep: [] }] }))).x,
  "messages of a stream": (list) => fromArrow(list as any),
  "columns of fromArrow": async (list) =>
    Object.keys(await fromArrow(await toArrow({ a: [1], b: [2], c: [3] }), { columns: list as any })),
  "categories of fromArrow": async (list) =>
    (await fromArrow(await toArrow({ x: ["a", "b"] }), { categories: { x: list as any } })).x,
  toNpy: (list) => toNpy(list as any),
  "arguments of a pipeline's action": async (list) => {
    const chain = pipeline(Loose).take(list);
    const seen: unknown[] = [];
    await chain
      .do((batch: Loose) => void seen.push(batch.kept))
      .on(new Dataset(3, Loose))
      .run({ batchSize: 3 });
    return seen;
  },
};

for (const target of ["nogil", "for"] as const) {
  const on = (name: string) => `${name}, on ${target}`;
  Object.assign(ways, {
    [on("numbers of a kernel")]: (list: unknown[]) => run(kernels.affine, list, { target }),
    [on("rows of a kernel")]: (list: unknown[]) => run(kernels.weigh, list, { target }),
    [on("a row of a kernel")]: (list: unknown[]) => run(kernels.weigh, [[list], [row(1)]], { target }),
    [on("several arguments of a kernel")]: (list: unknown[]) =>
      run(kernels.affine, [list, [1, 2, -1]], { target }),
    [on("a component of a kernel")]: (list: unknown[]) =>
      run(kernels.affine, Loose.from(3, { x: list }).rows("x"), { target }),
    [on("rows of a component of a kernel")]: (list: unknown[]) =>
      run(kernels.weigh, Loose.from(3, { x: list }).rows("x"), { target }),
    [on("args of a kernel")]: (list: unknown[]) =>
      run(kernels.affine, [1, 2], { target, args: list.slice(0, 2) }),
    [on("one row for all items")]: (list: unknown[]) =>
      run(kernels.weigh, [[], []], { target, args: [list] }),
    [on("a bound row")]: (list: unknown[]) => run(partial(kernels.weigh, { x: list }), [[], []], { target }),
    [on("explained problems")]: async (list: unknown[]) =>
      (await explain.run(kernels.affine, list, { target })).problems,
  });
}

for (const target of ["threads", "async", "mpc"] as const) {
  const on = (name: string) => `${name}, on ${target}`;
  Object.assign(ways, {
    [on("items")]: (list: unknown[]) => run(echo, list, { target, chunkSize: 2 }),
    [on("arguments of an item")]: (list: unknown[]) => run(echo, [list, list, [1, 2]], { target }),
    [on("arguments of items by two ways")]: (list: unknown[]) =>
      run(echo, [list, [list, { n: 1 }]], { target }),
    [on("args")]: (list: unknown[]) => run(echo, [0], { target, args: list }),
    [on("rows")]: (list: unknown[]) => run(echo, Loose.from(3, { x: list }).rows("x"), { target }),
  });
}

const holey = (list: readonly unknown[], at: readonly number[]) => {
  const array = [...list];
  for (const place of at) delete array[place];
  return array;
};
const undefinedAt = (list: readonly unknown[], at: readonly number[]) =>
  list.map((value, i) => (at.includes(i) ? undefined : value));

describe("a hole is as undefined in", () => {
  test.each(Object.entries(ways))("%s", async (_, way) => {
    for (const [name, list] of Object.entries(lists)) {
      for (const at of places) {
        const [hole, expected] = [holey(list, at), undefinedAt(list, at)];
        expect(at.every((place) => !(place in hole))).toBe(true);
        expect(await outcomeOf(() => way(hole)), `${name} without ${at}`).toEqual(
          await outcomeOf(() => way(expected)),
        );
      }
    }
  });
});

test("an array with a hole stays an array, and a new Array(n) too", () => {
  expect(Loose.from(3, { x: holey([1, 2, 3], [1]) }).data.x).toEqual([1, undefined, 3]);
  expect(Array.isArray(Loose.from(5, { x: new Array(5) }).data.x)).toBe(true);
  expect(Array.isArray(Loose.from(2, { x: holey([row(1), row(2)], [1]) }).data.x)).toBe(true);
});

test("a hole costs its own item of a kernel's call", async () => {
  const results = await run(
    kernels.weigh,
    Loose.from(3, { x: holey([row(1), row(2), row(3)], [1]) }).rows("x"),
  );
  expect([results[0], results[2]]).toEqual([1, 3]);
  expect(String(results[1])).toContain('"x" expects a row of f64, got undefined');
});

test("an array that is joined, or written, keeps its length", async () => {
  const x = holey(["a", "b", "c"], [1]);
  expect(Loose.concat([Loose.from(3, { x }), Loose.from(3, { x })]).data.x).toHaveLength(6);
  expect((await fromArrow(await toArrow(Loose.from(3, { x })), Loose)).data.x).toEqual(["a", null, "c"]);
});
