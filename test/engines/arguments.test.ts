import { tmpdir } from "node:os";
import { subscribe } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { Invocation, type Invocations, invocation } from "../../dist/call/invocation.js";
import type { Outcome } from "../../dist/call/job.js";
import { dense, denseFrom, raggedFrom } from "../../dist/columns/index.js";
import * as work from "../fixtures/work-batch.js";
import { engines, functionJob, indices, list, methodJob, type Name, values } from "./jobs.js";
import { sequential } from "./loaded.js";

const shapes: Record<string, (n: number) => Invocations> = {
  scalars: (n) => list(Array.from({ length: n }, (_, i) => i)),
  "typed arrays": (n) => list(Array.from({ length: n }, (_, i) => Float32Array.of(i, i + 1))),
  "arrays of arguments": (n) => list(Array.from({ length: n }, (_, i) => [i, `item ${i}`, null])),
  "arrays of several lengths": (n) => list(Array.from({ length: n }, (_, i) => new Array(i % 4).fill(i))),
  "named arguments": (n) => list(Array.from({ length: n }, (_, i) => ({ id: i, over: "item" }))),
  "positional and named": (n) => list(Array.from({ length: n }, (_, i) => [[i, [i]], { key: i }])),
  "all mixed": (n) =>
    list(
      Array.from(
        { length: n },
        (_, i) => [i, [i, i], { i }, [[i], { i }], invocation([[i], { i }]), null, [], new Date(i)][i % 8],
      ),
    ),
  "zipped arrays": (n) => ({
    kind: "zipped",
    length: n,
    components: [Array.from({ length: n }, (_, i) => i), Array.from({ length: n }, (_, i) => `id ${i}`)],
  }),
  "zipped columns": (n) => ({
    kind: "zipped",
    length: n,
    components: [
      denseFrom(Float64Array.from({ length: n }, (_, i) => i / 2)),
      raggedFrom(
        Array.from({ length: n }, (_, i) => new Int16Array(i % 5).fill(i)),
        "i16",
      ),
      Array.from({ length: n }, (_, i) => i),
    ],
  }),
};

const calls = {
  "no arguments": {},
  "positional arguments": { call: [1, "two", new Map([[1, 2]])] },
  "named arguments": { named: { over: "call", list: [1] } },
  "both, and bound ones": {
    call: [1],
    named: { over: "call" },
    bound: new Invocation(["bound"], { over: "bound", own: true }),
  },
};

const comparable = (outcome: Outcome) =>
  values(outcome).map((value) =>
    value instanceof Error ? { name: value.name, message: value.message, class: value.constructor } : value,
  );

describe.each(Object.keys(engines) as Name[])("%s hands arguments over as for does", (name) => {
  const engine = engines[name];
  afterAll(() => engine.close());
  const job = (method: "given" | "result", invocations: Invocations, rest: object) =>
    name === "mpc"
      ? functionJob(work[method], invocations, rest)
      : methodJob(new work.WorkBatch(), method, invocations, rest);

  describe.each(Object.entries(shapes))("for invocations of %s", (_, make) => {
    test.each(Object.entries(calls))("and a call with %s", async (_, call) => {
      for (const n of [0, 1, 23]) {
        for (const chunkSize of [undefined, 5]) {
          const given = job("given", make(n), { ...call, options: { chunkSize } });
          expect(comparable(await engine.run(given))).toEqual(comparable(await sequential.run(given)));
        }
      }
    });
  });

  test.each(Object.keys(work.results))("for results that are %s", async (kind) => {
    for (const n of [0, 1, 23]) {
      const given = job("result", indices(n), { call: [kind] });
      const [expected, actual] = [await sequential.run(given), await engine.run(given)];
      expect(comparable(actual)).toEqual(comparable(expected));
      expect(actual.values === undefined).toBe(expected.values === undefined);
      expect([...actual.failures.keys()].sort()).toEqual([...expected.failures.keys()].sort());
    }
  });
});

describe.each(["threads", "async"] as const)("%s", (name) => {
  const engine = engines[name];

  test("shares the columns of the batch and of the invocations", async () => {
    const rows = raggedFrom([Float32Array.of(1, 2), Float32Array.of(3)]);
    const invocations: Invocations = { kind: "zipped", length: 2, components: [rows] };
    await engine.run(methodJob(new work.WorkBatch(), "double", invocations));
    expect([...rows.values]).toEqual([2, 4, 6]);

    const self = Object.assign(new work.WorkBatch(), { values: dense("f64", [3]) });
    self.values.values.set([4, 5, 6]);
    expect(values(await engine.run(methodJob(self, "column", indices(3))))).toEqual([4, 5, 6]);
  });

  test("shares rows given one by one", async () => {
    const rows = raggedFrom([Float32Array.of(1, 2), Float32Array.of(3)]);
    await engine.run(methodJob(new work.WorkBatch(), "double", list([rows.at(0), rows.at(1)])));
    expect([...rows.values]).toEqual([2, 4, 6]);
  });

  test("runs a field's method, and a parallel one's raw method", async () => {
    const self = new work.WrappedBatch();
    expect(values(await engine.run(methodJob(self, "field", indices(2))))).toEqual(["field 0", "field 1"]);
    expect(values(await engine.run(methodJob(self, "wrapped", indices(2))))).toEqual(["raw 0", "raw 1"]);
  });

  test("uses the state that a class gives, in place of its own properties", async () => {
    const self = new work.StatefulBatch("given");
    expect(values(await engine.run(methodJob(self, "read", indices(1))))).toEqual(["revived given"]);
  });

  test("marks workers, so that parallel calls in them run in place", async () => {
    expect(values(await engine.run(functionJob(work.inWorker, indices(1))))).toEqual([true]);
    expect(Symbol.for("nogil.inWorker") in globalThis).toBe(false);
  });
});

test("processes have the environment, working directory and other arguments of this one", async () => {
  process.env.NOGIL_TEST = "yes";
  const [environment] = values(await engines.mpc.run(functionJob(work.environment, indices(1)))) as any[];
  expect(environment).toMatchObject({ cwd: process.cwd(), variable: "yes" });
  expect(environment.pid).not.toBe(process.pid);
});

test("what the program changes of its environment and folder reaches processes that start afterwards", async () => {
  const run = async () =>
    (values(await engines.mpc.run(functionJob(work.environment, indices(1)))) as any[])[0];
  const folder = process.cwd();
  process.env.NOGIL_TEST = "before";
  await engines.mpc.close();
  await run();
  try {
    process.env.NOGIL_TEST = "after";
    process.chdir(tmpdir());
    expect(await run()).toMatchObject({ variable: "before", cwd: folder });
    await engines.mpc.close();
    expect(await run()).toMatchObject({ variable: "after", cwd: process.cwd() });
  } finally {
    process.chdir(folder);
  }
});

test("of a view on a large buffer only its part goes to a process, and arrives as what it was", async () => {
  const large = new Float32Array(1_000_000).map((_, i) => i);
  const given = [
    large.subarray(7, 10),
    Buffer.from("text"),
    new Map([["a", new Date(5)]]),
    new Uint16Array(0),
  ];
  const bytes: number[] = [];
  const end = subscribe((event) => event.type === "copied" && bytes.push(event.bytesIn, event.bytesOut));
  const results = values(await engines.mpc.run(functionJob(work.echo, list(given))));
  end();
  expect(results).toEqual([
    Float32Array.of(7, 8, 9),
    Buffer.from("text"),
    new Map([["a", new Date(5)]]),
    new Uint16Array(0),
  ]);
  expect(Buffer.isBuffer(results[1])).toBe(true);
  expect(Math.max(...bytes)).toBeLessThan(2000);
});
