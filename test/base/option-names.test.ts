import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Batch, Dataset, into, trace } from "nogil";
import { arrowWriter, fromArrow, readArrow, toArrow, toArrowTable } from "nogil/arrow";
import { build, compile } from "nogil/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";

class Plain extends Batch<Record<string, any>, string> {}
const batch = () => Plain.from(["a", "b"], { x: Float64Array.of(1, 2) });
const dataset = new Dataset<Plain>(["a", "b", "c", "d"], Plain);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-options-"));
});
afterAll(() => rm(folder, { recursive: true }));

const calls: [string, (options: any) => unknown, object, string][] = [
  ["allocate", (how) => batch().allocate("y", how), { dtype: "u8", shpe: [2] }, 'did you mean "shape"?'],
  ["fromFiles", (how) => Dataset.fromFiles("*", Plain, how), { noext: true }, 'did you mean "noExt"?'],
  ["split", (how) => dataset.split([0.5, 0.5], how), { shufle: 1 }, 'did you mean "shuffle"?'],
  ["cvSplit", (how) => dataset.cvSplit(2, how), { shufle: 1 }, 'did you mean "shuffle"?'],
  ["batches", (how) => dataset.pipeline().batches(how), { batchsize: 1 }, 'did you mean "batchSize"?'],
  ["into", (how) => into("x", how), { fil: 0 }, 'did you mean "fill"?'],
  ["toArrow", (how) => toArrow(batch(), how), { fromat: "file" }, 'did you mean "format"?'],
  ["toArrowTable", (how) => toArrowTable(batch(), how), { type: {} }, 'did you mean "types"?'],
  [
    "fromArrow",
    async (how) => fromArrow(await toArrow(batch()), Plain, how),
    { colums: [] },
    'mean "columns"?',
  ],
  [
    "fromArrow without a class",
    async (how) => fromArrow(await toArrow(batch()), how),
    { colums: [] },
    'mean "columns"?',
  ],
  ["save", (how) => batch().save(join(folder, "no.arrow"), how), { type: {} }, 'did you mean "types"?'],
  ["load", (how) => Plain.load("nowhere.arrow", how), { dtype: {} }, 'did you mean "dtypes"?'],
  ["readArrow", (how) => readArrow("nowhere.arrow", Plain, how).next(), { id: "x" }, 'did you mean "ids"?'],
  ["arrowWriter", (how) => arrowWriter(join(folder, "no.arrow"), how), { fmt: "file" }, "ids, batchRows"],
  ["trace", (how) => trace(how), { maxEvent: 1 }, 'did you mean "maxEvents"?'],
  [
    "trace to a file",
    (how) => trace(join(folder, "no.json"), how),
    { maxEvent: 1 },
    'did you mean "maxEvents"?',
  ],
  ["compile", (how) => compile("", how), { uncheked: true }, 'did you mean "unchecked"?'],
  ["build", (how) => build("", how), { ot: "x" }, 'did you mean "out"?'],
];

test.each(calls)(
  "%s refuses an option that there is not, and names the one that was meant",
  async (...row) => {
    const [, call, options, hint] = row;
    const error: any = await (async () => call(options))().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain("there is no option");
    expect(error.message).toContain(hint);
    expect(await readdir(folder)).toEqual([]);
  },
);

test.each(calls)("%s refuses options that are no object", async (_, call) => {
  const error: any = await (async () => call(null))().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toMatch(/takes? .*got null/);
});
