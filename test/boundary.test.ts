import {
  action,
  Batch,
  columns,
  configure,
  Dataset,
  explain,
  inbatchParallel,
  into,
  lazy,
  partial,
  pipeline,
  rows,
  run,
  shutdown,
  trace,
} from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "./fixtures/build/kernels.js";

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
} as unknown as Record<string, (...args: unknown[]) => any>;
const dataset: any = new Dataset<Plain>(["a", "b", "a/r2"], Plain);
const batch = (): any => Plain.from(["a", "b"], { x: Float64Array.of(1, 2) });
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
    ["an async filter", () => dataset.filter(async () => false), "and this one gave a promise"],
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

test("append() to a variable that is no array fails by its own name", async () => {
  const job = dataset
    .pipeline()
    .variable("sum", 0)
    .append("sum", () => 1);
  await expect(job.run({ batchSize: 3 })).rejects.toMatchObject({ action: "append(sum)" });
});
