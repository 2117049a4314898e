import {
  action,
  anyActionFailed,
  Batch,
  columns,
  configure,
  Dataset,
  explain,
  exported,
  inbatchParallel,
  into,
  invocation,
  lazy,
  partial,
  pipeline,
  rows,
  run,
  sharedBytes,
  shutdown,
  trace,
} from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

afterAll(() => shutdown());

class Plain extends Batch<Record<string, any>, string> {}
class Other extends Batch<Record<string, any>, string> {}
class Lazily extends Batch<Record<string, any>, string> {
  @action
  plain(_: unknown) {}

  @action
  @inbatchParallel({ init: "indices", target: "for" })
  each(_id: unknown, _: unknown): any {}
}

const loose = {
  into,
  rows,
  columns,
  partial,
  pipeline,
  trace,
  lazy,
  explain,
  configure,
  invocation,
  exported,
  anyActionFailed,
  run,
  sharedBytes,
  inbatchParallel,
  action,
} as unknown as Record<string, (...args: unknown[]) => any>;
const dataset: any = new Dataset<Plain>(["a", "b", "a/r2"], Plain);
const batch = (): any => Plain.from(["a", "b"], { x: Float64Array.of(1, 2) });
const transferred = () => {
  const array = new Float64Array(2);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
};
const newDataset = (...args: unknown[]) => new (Dataset as any)(...args);

describe("what is no argument is refused where it is given", () => {
  const calls: [string, () => unknown, string][] = [
    ["into()", () => loose.into(), "into() takes the name of the component that it makes, got undefined."],
    ['into("")', () => loose.into(""), 'makes, got "".'],
    ["rows()", () => loose.rows(), "rows() takes the names of one or more components, got none."],
    ["rows(5)", () => loose.rows("x", 5), "rows() takes the names of one or more components, got 5."],
    ["columns()", () => loose.columns(), "columns() takes the names of one or more components, got none."],
    ["blocks(0)", () => loose.rows("x").blocks(0), "blocks() takes the number of items in a block"],
    ['blocks("4")', () => loose.rows("x").blocks("4"), 'a positive integer, got "4".'],
    ["batch.rows(5)", () => batch().rows(5), "rows() takes the names of one or more components, got 5."],
    ["trace(5)", () => loose.trace(5), "trace() takes a file (its path or URL) or options first, got 5."],
    [
      "set(null)",
      () => batch().set(null),
      "Plain takes components by name, such as { x: [1, 2] }, got null.",
    ],
    ["set([1, 2])", () => batch().set([1, 2]), "by name, such as { x: [1, 2] }, got Array."],
    ["set(batch)", () => batch().set(batch()), "by name, such as { x: [1, 2] }, got Plain."],
    ["set(column)", () => batch().set(batch().data.x), "by name, such as { x: [1, 2] }, got DenseColumn."],
    [
      "partial of a name that the kernel does not have",
      () => loose.partial(kernels.affine, { bda: 1 }),
      'affine(n: f64, k?: f64, bad?: f64): f64 has no parameter "bda"; did you mean "bad"?',
    ],
    [
      "a dataset of another class",
      () => newDataset(["a"], Map),
      "the class of its batches second, which extends Batch, got a function, Map.",
    ],
    ["a dataset without a class", () => newDataset(["a"]), "which extends Batch, got undefined."],
    ["a pipeline of another class", () => loose.pipeline(Map), "which extends Batch, got a function, Map."],
    [
      "concat() of two classes",
      () => dataset.concat(new Dataset<Other>(["c"], Other)),
      "concat() puts datasets of one batch class together: this one is of Plain, the other of Other.",
    ],
    ["an async filter", () => dataset.filter(async () => false), "and this one returned a promise"],
    ['filter("a")', () => dataset.filter("a"), 'filter() takes a function of the id, got "a".'],
    [
      'batch("a/r2")',
      () => dataset.batch("a/r2"),
      'dataset.batch() takes ids in an array or another iterable, got "a/r2": write ["a/r2"].',
    ],
    [
      "batch()",
      () => dataset.batch(),
      "dataset.batch() takes ids in an array or another iterable, got undefined.",
    ],
    [
      "subset(1)",
      () => dataset.subset(1),
      "dataset.subset() takes ids in an array or another iterable, got 1",
    ],
    [
      "from()",
      () => (Plain as any).from(),
      "Plain takes ids (an iterable of them) or the number of its items, got undefined.",
    ],
    ["from(string)", () => (Plain as any).from("abc"), "or the number of its items, got a string."],
    ["from(1e10)", () => (Plain as any).from(1e10), "got 10000000000: there can be 4294967295 at most."],
    [
      "from([null])",
      () => (Plain as any).from(["a", null]),
      "Ids are strings or numbers, and the one at 1 is null.",
    ],
    ["from([NaN])", () => (Plain as any).from([NaN]), "the one at 0 is NaN."],
    ["from([{}])", () => new (Plain as any)([{}]), "the one at 0 is Object."],
    ["allocate without options", () => batch().allocate("y"), "{ dtype: … }), got undefined."],
    [
      "a size that is too large",
      () => batch().allocate("y", { dtype: "u8", shape: [2, 1e10] }),
      "Plain.data.y: shape takes whole numbers from 0 to 4294967295, got 10000000000 at position 1.",
    ],
    [
      "a shape that is a number",
      () => batch().allocate("y", { dtype: "u8", shape: 3 }),
      "in an array, [480, 640], got 3.",
    ],
    ["two shapes", () => batch().allocate("y", { dtype: "u8", shape: [3], shapes: [1, 2] }), "not both."],
    ["timeout: NaN", () => batch().with({ timeout: Number.NaN }), "milliseconds, more than 0, got NaN."],
    ['timeout: "5"', () => loose.configure({ timeout: "5" }), 'more than 0, got "5".'],
    ['batchSize: "4"', () => dataset.pipeline().batches({ batchSize: "4" }), '1 or more, got "4".'],
    ["lazy(5)", () => loose.lazy(5), "lazy() takes a function of the batch, got a number."],
    [
      "fromFiles(5)",
      () => (Dataset as any).fromFiles(5, Plain),
      'such as "data/*.csv", or several, got a number.',
    ],
    ["explain()", () => loose.explain(), "explain() takes a batch first, got undefined."],
    [
      "save()",
      () => batch().save(),
      "save() takes the path of an Arrow file or a file URL first, got undefined.",
    ],
    [
      "load(5)",
      () => (Plain as any).load(5),
      "load() takes the path of an Arrow file or a file URL first, got a number.",
    ],
    [
      "from(ids, a promise)",
      () => (Plain as any).from(["a"], Promise.resolve({})),
      "{ x: [1, 2] }, got Promise.",
    ],
    ["set(a date)", () => batch().set(new Date()), "by name, such as { x: [1, 2] }, got Date."],
    [
      "a transferred array",
      () => batch().set({ x: transferred() }),
      "Plain.data.x has 0 elements, expected 2: one for each item of the batch.",
    ],
    ["positionOf(1n)", () => batch().positionOf(1n), "Plain has no item 1n."],
    ["positionOf(NaN)", () => batch().positionOf(Number.NaN), "Plain has no item NaN."],
    ["pathOf(1n)", () => batch().pathOf(1n), "Plain: item 1n is not a file."],
    [
      "subset of a position by itself",
      () => batch().subset({ positions: 1 }),
      "Plain.subset() takes positions in an array, { positions: [0, 2] }, got 1.",
    ],
    ["subset of positions in a set", () => batch().subset({ positions: new Set([0]) }), "got Set."],
    ["split(2 ** 32)", () => batch().split(2 ** 32), "takes a number of parts from 1, or the length of each"],
    ["split(1n)", () => batch().split(1n), "or the length of each in an array, got 1n."],
    [
      "concat(a batch)",
      () => (Plain as any).concat(batch()),
      "Plain.concat() takes batches in an array or another iterable, got Plain.",
    ],
    [
      "allocate of no name",
      () => batch().allocate("", { dtype: "f64" }),
      'Plain.allocate() takes the name of the component that it makes, got "".',
    ],
    [
      "values that are null",
      () => batch().allocate("y", { dtype: "f64", values: null }),
      "Plain.data.y takes Float64Array(2), got null.",
    ],
    [
      "shapes that are a number",
      () => batch().allocate("y", { dtype: "f64", shapes: 0 }),
      "Plain.data.y: shapes takes the length of each item in an array, or the sizes of each, got 0.",
    ],
    [
      "lengths and shapes mixed",
      () => batch().allocate("y", { dtype: "f64", shapes: [[2, 2], null] }),
      "are all numbers, their lengths, or all arrays of sizes: item 1 has null.",
    ],
    [
      "options that are a promise",
      () => batch().with(Promise.resolve({})),
      "such as { workers: 2 }, got Promise.",
    ],
    ["options in a map", () => loose.configure(new Map()), "such as { workers: 2 }, got Map."],
    ["options in an array", () => batch().with([]), "such as { workers: 2 }, got Array."],
    ["partial(null)", () => loose.partial(null), "partial() takes a kernel or a function first, got null."],
    ["invocation(1)", () => loose.invocation(1), "takes the positional arguments in an array, got a number."],
    [
      "invocation([], 1)",
      () => loose.invocation([], 1),
      "invocation() takes named arguments in a plain object second, got a number.",
    ],
    [
      "exported()",
      () => loose.exported(undefined, "f"),
      "exported() takes the URL of a module or the name of a package first, got undefined.",
    ],
    ["exported(module)", () => loose.exported("pkg"), "takes the name of an export second, got undefined."],
    [
      "anyActionFailed(batch)",
      () => loose.anyActionFailed(batch()),
      "anyActionFailed() takes the results that a post or run() gets, got Plain.",
    ],
    [
      "run with null",
      () => loose.run(kernels.affine, [1], null),
      "run() takes an object of options third, such as { args: [] }, got null.",
    ],
    ["run with a target alone", () => loose.run(kernels.affine, [1], "for"), "{ args: [] }, got a string."],
    ["sharedBytes(-1)", () => loose.sharedBytes(-1), "sharedBytes() takes whole numbers from 0"],
    ['trace("")', () => loose.trace(""), 'trace() takes a file (its path or URL) or options first, got "".'],
    [
      "a parallel method that is none",
      () => loose.inbatchParallel({ init: "indices" }, {}),
      "inbatchParallel() takes a method second, got Object.",
    ],
    [
      "a target that is a bigint",
      () => loose.inbatchParallel({ init: "indices", target: 1n }),
      "there is no target 1n; the targets are",
    ],
    ["a dataset's batch(1n)", () => dataset.batch([1n]), "The dataset has no item 1n."],
    [
      "subset([undefined])",
      () => dataset.subset([undefined]),
      "of its dataset, and undefined is not one of them.",
    ],
    ["concat(undefined)", () => dataset.concat(undefined), "concat() takes datasets, got undefined."],
    ["split([0.5, null])", () => dataset.split([0.5, null]), "[0.7, 0.2, 0.1], got null at position 1."],
    // biome-ignore lint/suspicious/noSparseArray: what is missing is no share
    ["split of a sparse array", () => dataset.split([, 1]), "got undefined at position 0."],
    ["split([1n])", () => dataset.split([1n]), "got 1n at position 0."],
    ["fromFiles()", () => (Dataset as any).fromFiles(undefined, Plain), "or several, got undefined."],
    [
      'sort: "desc"',
      () => (Dataset as any).fromFiles("*", Plain, { sort: "desc" }),
      'Dataset.fromFiles(): the option "sort" takes true, false or a function that compares two ids, got "desc".',
    ],
    [
      'noExt: "yes"',
      () => (Dataset as any).fromFiles("*", Plain, { noExt: "yes" }),
      'the option "noExt" takes true or false, got "yes".',
    ],
    [
      "cwd: 5",
      () => (Dataset as any).fromFiles("*", Plain, { cwd: 5 }),
      'the option "cwd" takes the path of a folder, got 5.',
    ],
    [
      "append() to no name",
      () => dataset.pipeline().append(5, () => 1),
      "append() takes the variable's name first, got 5.",
    ],
    [
      "update() of a symbol",
      () => dataset.pipeline().update(Symbol("s"), () => 1),
      "update() takes the variable's name first, got Symbol(s).",
    ],
  ];

  test.each(calls)("%s", async (_, call, message) => {
    const error: any = await (async () => call())().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(message);
  });
});

describe("lazy() outside of a pipeline says where it belongs", () => {
  const late = lazy(() => 1);
  test.each([
    ["an action", () => Lazily.from(["a"]).plain(late)],
    ["a parallel action", () => (Lazily.from(["a"]) as any).each(late)],
    ["a named argument", () => (Lazily.from(["a"]) as any).each({ value: late })],
    ["run()", () => run(kernels.affine as any, [1], { args: [{ k: late }] })],
  ])("as the argument of %s", async (_, call) => {
    const error: any = await (async () => call())().catch((thrown: unknown) => thrown);
    expect(error.message).toContain("lazy(…) belongs into the arguments of a pipeline's action");
  });
});

test("a batch class that keeps the ids for itself is told so", async () => {
  class Deaf extends Batch<Record<string, any>, string> {
    constructor() {
      super(0);
    }
  }
  const message =
    "new Deaf(ids) made a batch of 0 items, expected 2: its constructor has to pass the ids on, super(ids).";
  const deaf = new Dataset<Deaf>(["a", "b"], Deaf);
  expect(() => deaf.batch(["a", "b"])).toThrow(message);
  await expect(deaf.pipeline().run({ batchSize: 2 })).rejects.toThrow(message);
  expect(() => (Deaf as any).concat([batch()])).toThrow(message);
});

test("append() to a variable that is no array fails by its own name", async () => {
  const job = dataset
    .pipeline()
    .variable("sum", 0)
    .append("sum", () => 1);
  await expect(job.run({ batchSize: 3 })).rejects.toMatchObject({ action: "append(sum)" });
});

describe("a decorator that is called as no standard decorator of a method is", () => {
  const old = [Plain.prototype, "load", { value() {} }] as const;
  const field = [undefined, { kind: "field", name: "x" }] as const;
  const parallelDecorator = () => loose.inbatchParallel({ init: "indices" });
  test.each([
    ["@action, experimental", () => loose.action(...old), 'the option "experimentalDecorators"'],
    [
      "@inbatchParallel, experimental",
      () => parallelDecorator()(...old),
      '"experimentalDecorators": leave it out',
    ],
    ["action by itself", () => loose.action(() => 1), "action is a standard decorator of a method"],
    [
      "@action of a field",
      () => loose.action(...field),
      "action decorates methods of a batch, and x is a field.",
    ],
    ["@inbatchParallel of a field", () => parallelDecorator()(...field), "and x is a field."],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});
