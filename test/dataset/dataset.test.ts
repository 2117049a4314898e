import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { Batch, Dataset, shutdown } from "nogil";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FilesBatch } from "../fixtures/files-batch.js";

class Plain extends Batch {}
const of = (index: Iterable<string | number> | number) => new Dataset(index, Plain);
const ids = (dataset: Dataset<any>) => [...dataset.indices];

afterAll(() => shutdown());

describe("a dataset", () => {
  test("is an index: a number of items, or any iterable of ids", () => {
    expect(ids(of(3))).toEqual([0, 1, 2]);
    expect(ids(of(new Set(["b", "a"])))).toEqual(["b", "a"]);
    expect([...of(["x", "y"])]).toEqual(["x", "y"]);
    expect(of(0).length).toBe(0);
    expect(of(["a"]).has("a")).toBe(true);
    expect(of(["a"]).has("b")).toBe(false);
  });

  test.each([
    [["a", "b", "a"], 'every item once, and "a" comes more than once'],
    [-1, "takes ids or the number of its items, got -1"],
    [1.5, "takes ids or the number of its items, got 1.5"],
    ["abc", "takes ids (an iterable of them) or the number of its items, got a string"],
    [null, "got null"],
    [["a", {}], "Ids are strings or numbers, and the one at 1 is Object"],
    [[Number.NaN], "Ids are strings or numbers, and the one at 0 is NaN"],
    [1e10, "got 10000000000: there can be 4294967295 at most"],
  ])("refuses %j as its index", (index, message) => {
    expect(() => of(index as any)).toThrow(message);
  });

  test("makes batches of its items", () => {
    const batch = of(["a", "b", "c"]).batch(["c", "a", "c"]);
    expect(batch).toBeInstanceOf(Plain);
    expect(batch.indices).toEqual(["c", "a", "c"]);
    expect(() => of(3).batch([3])).toThrow("The dataset has no item 3.");
  });

  test("has subsets, by ids and by a condition", () => {
    const dataset = of(["a", "b", "c"]);
    expect(ids(dataset.subset(["c", "a"]))).toEqual(["c", "a"]);
    expect(ids(dataset.filter((_, position) => position > 0))).toEqual(["b", "c"]);
    expect(() => dataset.subset(["d"])).toThrow('"d" is not one of them');
    expect(() => dataset.subset(["a", "a"])).toThrow('"a" comes more than once');
  });

  test("is put together with others, as long as no item is in two", () => {
    expect(ids(of(["a"]).concat(of(["c"]), of(["b"])))).toEqual(["a", "c", "b"]);
    expect(() => of(2).concat(of(3))).toThrow("0 comes more than once");
    expect(() => of(2).concat([3] as any)).toThrow("concat() takes datasets, got Array");
  });
});

describe("split", () => {
  test("divides in order, or shuffled by a seed that gives the same parts on every machine", () => {
    const [train, test_, validation] = of(10).split([0.7, 0.2, 0.1]);
    expect([train, test_, validation].map(ids)).toEqual([[0, 1, 2, 3, 4, 5, 6], [7, 8], [9]]);
    const parts = of(10).split([0.7, 0.2, 0.1], { shuffle: 42 }).map(ids);
    expect(parts).toEqual([[9, 1, 8, 0, 6, 2, 4], [7, 3], [5]]);
  });

  test("gives every item to exactly one part, whose size is its share rounded", () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (n, weights, shuffle) => {
          const sum = weights.reduce((a, b) => a + b);
          const shares = weights.map((weight) => weight / sum);
          const parts = of(n).split(shares, { shuffle });
          expect(parts.flatMap(ids).sort((a, b) => Number(a) - Number(b))).toEqual(ids(of(n)));
          for (const [i, part] of parts.entries()) {
            expect(Math.abs(part.length - n * shares[i])).toBeLessThan(1 + 1e-6);
          }
        },
      ),
    );
  });

  test.each([
    [[0.7, 0.2], "are 1 together, got 0.7 + 0.2 = 0.9"],
    [[0.7, 0.7], "= 1.4"],
    [[], "split() takes shares"],
    [[1.2, -0.2], "each more than 0"],
    [0.8, "split() takes shares"],
  ])("refuses shares %j", (shares, message) => {
    expect(() => of(10).split(shares as number[])).toThrow(message);
  });
});

describe("cvSplit", () => {
  test("has every item in the test part of one fold, and in the train part of all others", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 2, max: 9 }), (n, folds) => {
        fc.pre(folds <= n);
        const all = of(n).cvSplit(folds, { shuffle: 7 });
        expect(all.length).toBe(folds);
        const sizes = all.map((fold) => fold.test.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(new Set(all.flatMap((fold) => ids(fold.test))).size).toBe(n);
        for (const { train, test: held } of all) {
          expect(train.length + held.length).toBe(n);
          expect(ids(train).some((id) => held.has(id))).toBe(false);
        }
      }),
    );
  });

  test.each([1, 11, 2.5])("refuses %d folds of 10 items", (folds) => {
    expect(() => of(10).cvSplit(folds)).toThrow(`from 2 to the 10 items that there are, got ${folds}`);
  });
});

describe("a dataset of files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nogil-files-"));
    await mkdir(join(folder, "b", "deep"), { recursive: true });
    await mkdir(join(folder, "empty [1]"));
    for (const name of ["a10.txt", "a2.txt", "b/c.txt", "b/deep/c.txt", "b/c.dat", ".hidden.txt"]) {
      await writeFile(join(folder, name), name.repeat(3));
    }
    await symlink(join(folder, "a2.txt"), join(folder, "b", "link.txt"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const files = (pattern: string | string[], options = {}) =>
    Dataset.fromFiles(pattern, FilesBatch, { cwd: folder, ...options });

  test("has ids below the folder of the wildcards, in the same order everywhere", async () => {
    expect(ids(await files("**/*.txt"))).toEqual([
      "a10.txt",
      "a2.txt",
      "b/c.txt",
      "b/deep/c.txt",
      "b/link.txt",
    ]);
    expect(ids(await files("b/*.txt", { noExt: true }))).toEqual(["c", "link"]);
    expect(ids(await files(join(folder, "b", "**")))).toEqual(["c.dat", "c.txt", "deep/c.txt", "link.txt"]);
    expect(ids(await files("b/c.txt"))).toEqual(["c.txt"]);
    const numeric = new Intl.Collator("en", { numeric: true });
    expect(ids(await files("*.txt", { sort: numeric.compare }))).toEqual(["a2.txt", "a10.txt"]);
    expect(ids(await files("*.txt", { sort: false })).sort()).toEqual(["a10.txt", "a2.txt"]);
  });

  test("takes several patterns, some of which leave files out; folders; names with a dot", async () => {
    expect(ids(await files(["*.txt", "b/*", "!**/*.dat"]))).toEqual([
      "a10.txt",
      "a2.txt",
      "c.txt",
      "link.txt",
    ]);
    expect(ids(await files(["*.txt", "a*.txt"]))).toEqual(["a10.txt", "a2.txt"]);
    expect(ids(await files("**", { folders: true }))).toEqual(["b", "b/deep", "empty [1]"]);
    expect(ids(await files("*.txt", { dot: true }))).toEqual([".hidden.txt", "a10.txt", "a2.txt"]);
  });

  test("knows where each file is, also after it was divided and put together", async () => {
    const dataset = await files("**/*.txt", { noExt: true });
    expect(dataset.pathOf("b/c")).toBe(join(folder, "b", "c.txt"));
    const [some, others] = dataset.split([0.5, 0.5], { shuffle: 1 });
    const again = others.concat(some);
    for (const id of dataset) expect(again.pathOf(id)).toBe(dataset.pathOf(id));
    expect(() => some.pathOf(others.indices[0])).toThrow("has no item");
    expect(() => of(["a"]).pathOf("a")).toThrow('Item "a" is not a file');
  });

  test("hands its paths to actions, here and in workers, and to the errors of their items", async () => {
    const dataset = await files("**/*.txt", { noExt: true });
    const job = dataset.pipeline().readAll().measure();
    for await (const batch of job.batches({ batchSize: 3 })) {
      for (const id of batch.indices) {
        const text = `${id}.txt`.repeat(3).replace(/.*link.*/, "a2.txt".repeat(3));
        expect(batch.at(id)).toEqual({ text, size: text.length });
      }
    }
    await rm(join(folder, "a10.txt"));
    const failing = dataset.pipeline().readAll().run({ batchSize: 9 });
    await expect(failing).rejects.toThrow(
      /FilesBatch\.readAll failed for the batch of items "a10", .* item 0 \("a10"\).*ENOENT/,
    );
    await writeFile(join(folder, "a10.txt"), "a10.txt".repeat(3));
  });

  test("says where a batch without files could have them from", () => {
    const batch = FilesBatch.from(["x"]);
    expect(() => batch.pathOf("x")).toThrow(
      'item "x" is not a file. Batches of a dataset made by Dataset.fromFiles()',
    );
    expect(() => batch.paths).toThrow("is not a file");
  });

  test("keeps the paths of batches that are divided", async () => {
    const dataset = await files("**/*.txt");
    const batch = dataset.batch(dataset.indices.slice(0, 4));
    expect(batch.subset([dataset.indices[2]]).paths).toEqual([dataset.pathOf(dataset.indices[2])]);
    expect(batch.split(2)[1].paths).toEqual(batch.paths.slice(2));
  });

  test.each([
    ["*.csv", {}, /No file matches "\*\.csv" in \//],
    ["b/c.*", { noExt: true }, /"c" names two files: .*b\/c\.(txt|dat) and .*Keep the extensions/],
    [["*.txt", "b/*.txt", "b/deep/*.txt"], {}, /"c\.txt" names two files/],
    [[], {}, /takes a glob pattern such as .*, got none/],
    ["", {}, /got an empty one/],
  ])("refuses %j", async (pattern, options, message) => {
    await expect(files(pattern as string, options)).rejects.toThrow(message);
  });
});
