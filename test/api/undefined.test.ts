import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Batch,
  configure,
  Dataset,
  explain,
  exported,
  type Item,
  inbatchParallel,
  into,
  ParallelError,
  pools,
  run,
  shutdown,
  stats,
  trace,
} from "nogil";
import { arrowReport, arrowWriter, fromArrow, readArrow, toArrow, toArrowTable } from "nogil/arrow";
import { build, compile } from "nogil/compiler";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { ObservedBatch, observed } from "../fixtures/observed-batch.js";
import { spied } from "../observe/spied.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-undefined-"));
  await writeFile(join(folder, "a.csv"), "");
  await writeFile(join(folder, "b.csv"), "");
  await writeFile(join(folder, "kernels.ts"), "export function twice(x: f64): f64 { return 2 * x; }");
});
afterAll(() => rm(folder, { recursive: true }));
afterAll(shutdown);

class Plain extends Batch<Record<string, any>, string> {}
const plain = () => Plain.from(["a", "b"], { x: Float64Array.of(1, 2), s: ["u", null] });
const dataset = new Dataset(["a", "b", "c", "d"], Plain);
const ids = (batches: readonly { indices: readonly unknown[] }[]) => batches.map(({ indices }) => indices);
async function all<T>(each: AsyncIterable<T>) {
  const list: T[] = [];
  for await (const one of each) list.push(one);
  return list;
}

const file = (name: string) => join(folder, name);
/** The names of options, and a call with them whose result tells whether they count. */
const calls: [string, readonly string[], (options: any) => unknown][] = [
  [
    "with",
    [
      "workers",
      "chunkSize",
      "concurrency",
      "timeout",
      "deadline",
      "signal",
      "grace",
      "retry",
      "debug",
      "scratch",
    ],
    async (how) => [...(await observed(4).with(how).nogil()).indices],
  ],
  [
    "run",
    ["args", "target", "workers", "timeout", "deadline", "signal", "debug"],
    async (how) => [...(await run(kernels.weigh, [Float64Array.of(1), Float64Array.of(2)], how))],
  ],
  [
    "explain.run",
    ["args", "target", "timeout"],
    async (how) => (await explain.run(kernels.weigh, [Float64Array.of(1)], how)).askedBy,
  ],
  ["allocate", ["shape", "shapes", "values"], (how) => plain().allocate("y", { dtype: "u8", ...how }).shape],
  [
    "fromFiles",
    ["cwd", "noExt", "sort", "folders", "dot"],
    async (how) => (await Dataset.fromFiles(`${folder}/*.csv`, Plain, how)).indices,
  ],
  ["split", ["shuffle"], (how) => ids(dataset.split([0.5, 0.5], how))],
  ["cvSplit", ["shuffle"], (how) => ids(dataset.cvSplit(2, how).map(({ test }) => test))],
  [
    "batches",
    ["shuffle", "epochs", "iterations", "dropLast", "prefetch", "signal", "onError", "bar"],
    async (how) => ids(await all(dataset.pipeline().batches({ batchSize: 3, ...how }))),
  ],
  ["toArrow", ["ids", "batchRows", "types", "format"], (how) => toArrow(plain(), how)],
  ["toArrowTable", ["ids", "batchRows", "types"], async (how) => (await toArrowTable(plain(), how)).names],
  [
    "fromArrow",
    ["ids", "columns", "nulls", "dtypes", "categories"],
    async (how) => {
      const batch = await fromArrow(await toArrow(plain()), Plain, how);
      return [batch.indices, batch.data.x.values, batch.data.s];
    },
  ],
  [
    "save and load",
    ["ids", "types"],
    async (how) => {
      await plain().save(file("x.arrow"), how);
      return (await Plain.load(file("x.arrow"), { ids: how.ids, columns: undefined })).indices;
    },
  ],
  [
    "arrowWriter and readArrow",
    ["ids", "batchRows", "types", "format"],
    async (how) => {
      const writer = arrowWriter(file("y.arrow"), how);
      await writer.write(plain());
      await writer.close();
      return ids(await all(readArrow(file("y.arrow"), Plain, { nulls: undefined, ids: undefined })));
    },
  ],
  ["trace", ["maxEvents"], (how) => trace(how as object).stop().traceEvents.length],
  ["trace to a file", ["maxEvents"], (how) => trace(file("job.json"), how).stop().dropped],
  [
    "build",
    ["unchecked", "allowUnsafe", "force", "colors"],
    async (how) => (await build("kernels.ts", { cwd: folder, ...how })).kernels,
  ],
  [
    "compile",
    ["unchecked", "allowUnsafe"],
    async (how) => {
      const source = "export function twice(x: f64): f64 { return 2 * x; }";
      const { twice } = await compile(source, { cwd: folder, ...how });
      return [...(await run(twice, [4]))];
    },
  ],
];

test.each(calls)("%s takes an option that is undefined for one that is not given", async (_, names, call) => {
  const undefinedOnes = Object.fromEntries(names.map((name) => [name, undefined]));
  const expected = await call({});
  expect(expected).toBeDefined();
  expect(await call(undefinedOnes)).toEqual(expected);
});

test("an undefined option leaves what was set before: for all calls, or by an earlier with()", async () => {
  const endless = (how: object) =>
    run(exported(new URL("../fixtures/observed-batch.ts", import.meta.url), "spin"), [[1, 10_000]], how);
  configure({ timeout: 50 });
  try {
    const [error] = await endless({ timeout: undefined });
    expect(error).toMatchObject({ name: "TimeoutError" });
  } finally {
    configure({ timeout: undefined });
  }
  const batch = observed(1).with({ timeout: 50 }).with({ timeout: undefined });
  const { events } = await spied(() => batch.threads(10_000));
  expect(events.find(({ type }) => type === "callEnded")).toMatchObject({
    failures: [{ error: { name: "TimeoutError" } }],
  });
});

test("with() on a batch that has options refuses wrong ones at once", () => {
  expect(() => observed(1).with({ timeout: 5 }).with({ timeout: -1 })).toThrow(
    'with(): the option "timeout" takes milliseconds, more than 0, got -1.',
  );
});

test("into() with an undefined fill keeps no failed item's place silently", async () => {
  class Failing extends Batch<{ x: any }> {
    half = inbatchParallel(
      { init: "indices", post: into("x", { fill: undefined }), target: "for" },
      (id: Item<number>) => {
        if (id === 1) throw new RangeError("odd");
        return id / 2;
      },
    );
  }
  await expect(Failing.from(3).half()).rejects.toThrow(ParallelError);
});

test("a spec's undefined post, target and options are none", async () => {
  class Spare extends Batch {
    half = inbatchParallel(
      { init: "indices", post: undefined, target: undefined, options: undefined },
      (id: Item<number>) => id / 2,
    );
  }
  const batch = Spare.from(2);
  expect(await batch.with({ target: "for" }).half()).toBe(batch);
});

/** Where in plain data a property is there and undefined. */
function undefinedIn(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    each === undefined ? [`${path}.${name}`] : undefinedIn(each, `${path}.${name}`),
  );
}

test("what comes back has no property that is there and undefined", async () => {
  const failing = async () => {
    const batch = observed(3);
    await batch.nogil({ bad: 1 });
    await batch.threads(0, 1);
    await batch.with({ timeout: 30, workers: 1 }).mpc(10_000);
    await batch.with({ target: "for" }).async(0);
    const { failures } = await run(kernels.weigh, [Float64Array.of(1), "x"] as unknown[], { workers: 1 });
    await run(kernels.weigh, ["x"] as unknown[]).catch(() => {});
    const steps = new Dataset(3, ObservedBatch).pipeline().do(({ indices: [first] }) => {
      if (first === 1) throw new RangeError("one");
    });
    const { failures: batches } = await steps.run({ batchSize: 1, onError: "skip" });
    expect([failures.length, batches.length]).toEqual([1, 1]);
    await shutdown();
    return failures;
  };
  const { value: failures, events } = await spied(failing);
  const types = new Set(events.map(({ type }) => type));
  types.delete("callStalled"); // on a busy machine
  expect([...types].sort()).toEqual([
    ...[
      "batchDone",
      "callEnded",
      "callStarted",
      "copied",
      "runEnded",
      "runStarted",
      "stepDone",
      "stepStarted",
    ],
    ...["workDone", "workSent", "workerEnded", "workerStarted"],
  ]);
  const made = {
    failures,
    events,
    stats: stats(),
    pools: pools(),
    explanation: await explain(observed(2), "threads"),
    ofKernel: await explain(observed(2), "nogil"),
    trace: trace().stop(),
    report: arrowReport(await fromArrow(await toArrow(plain()), Plain)),
  };
  expect(undefinedIn(made, "made")).toEqual([]);
});
