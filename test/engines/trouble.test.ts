import { subscribe } from "nogil";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { Job } from "../../dist/call/job.js";
import { addressOf, exported } from "../../dist/javascript/addressing/addressing.js";
import { BrokenBatch } from "../fixtures/broken-module.js";
import { ExitingBatch } from "../fixtures/exiting-module.js";
import * as lost from "../fixtures/unfindable.js";
import * as work from "../fixtures/work-batch.js";
import {
  engines,
  list as entries,
  faultJob,
  functionJob,
  indices,
  makeLog,
  methodJob,
  type Name,
  values,
} from "./jobs.js";

const names = Object.keys(engines) as Name[];
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));

const { faults } = work;
const slow = (name: Name, kind: keyof typeof faults, options: object, log = "") =>
  faultJob(name, kind, 10, options, log);

describe.each(names)("%s", (name) => {
  const engine = engines[name];

  test("at its deadline ends a call whose item spins, and keeps what was done", async () => {
    // starting a worker takes long on a busy machine
    await engine.run(functionJob(work.scale, indices(1), { call: [1] }));
    const outcome = await engine.run(
      slow(name, "spins for ever", { deadline: 1500, workers: 1, chunkSize: 5 }),
    );
    const results = values(outcome);
    expect(results.slice(0, 3)).toEqual([0, 1, 2]);
    for (const error of results.slice(3)) {
      expect(error).toMatchObject({
        name: "TimeoutError",
        message: expect.stringContaining("its deadline of 1500 ms"),
      });
    }
  });

  test("ends a call whose signal is aborted, with the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new RangeError("enough");
    using log = makeLog();
    const options = { signal: controller.signal, workers: 1, concurrency: 1 };
    const running = engine.run(slow(name, "never settles", options, log.path));
    await vi.waitUntil(() => log.runs().includes(3), 20_000);
    controller.abort(reason);
    const { failures } = await running;
    expect([...failures.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8, 9]);
    for (const error of failures.values())
      expect(error).toMatchObject({ name: "RangeError", message: "enough" });
  });

  test("runs nothing when the signal was aborted before", async () => {
    using log = makeLog();
    const { failures } = await engine.run(slow(name, "throws", { signal: AbortSignal.abort() }, log.path));
    expect(failures.size).toBe(10);
    expect(failures.get(0)!.name).toBe("AbortError");
    expect(log.runs()).toEqual([]);
  });

  test.each(["throws", "calls process.exit"] as const)(
    "with retry, runs an item again that %s",
    async (kind) => {
      using log = makeLog();
      const { failures } = await engine.run(slow(name, kind, { retry: 2 }, log.path));
      expect([...failures.keys()]).toEqual([3]);
      expect(log.runs().filter((item) => item === 3)).toEqual([3, 3, 3]);
      expect(new Set(log.runs()).size).toBe(10);
    },
  );

  test("runs concurrent calls, and each gets its own results", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, i) => engine.run(functionJob(work.scale, indices(50), { call: [i] }))),
    );
    outcomes.forEach((outcome, i) => {
      expect(values(outcome)).toEqual(Array.from({ length: 50 }, (_, item) => item * i));
    });
  });

  test("fails only the items whose arguments cannot be sent, with the path", async () => {
    const given = Array.from({ length: 20 }, (_, i) => [i % 7 === 3 ? { deep: [{ onDone() {} }] } : i]);
    const outcome = await engine.run(functionJob(work.echo, entries(given)));
    expect([...outcome.failures.keys()].sort((a, b) => a - b)).toEqual([3, 10, 17]);
    expect(outcome.failures.get(10)!.message).toBe(
      "echo, item 10: argument 0.deep[0].onDone is a function, which cannot be sent to a worker.",
    );
    expect(values(outcome).filter((value) => typeof value === "number").length).toBe(17);
  });

  test("rejects a call whose own arguments cannot be sent, with the path", async () => {
    await expect(engine.run(functionJob(work.echo, indices(2), { call: [{ f() {} }] }))).rejects.toThrow(
      "echo: argument 0.f is a function, which cannot be sent to a worker.",
    );
  });

  test("has the same call's arguments again for an item after one that changed its own", async () => {
    const given = entries(Array.from({ length: 6 }, (_, i) => [[i], { list: [] }]));
    const outcome = await engine.run(functionJob(work.mutateOwn, given, { options: { chunkSize: 3 } }));
    expect(values(outcome)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("starts again after it was closed", async () => {
    await engine.close();
    expect(values(await engine.run(functionJob(work.scale, indices(3), { call: [2] })))).toEqual([0, 2, 4]);
  });

  test("runs a function of a package by its address", async () => {
    const fn = exported("nanoid", "nanoid");
    const job: Job = {
      ...functionJob(fn, entries([5, 6])),
      work: { kind: "function", fn, address: addressOf(fn) },
    };
    expect(values(await engine.run(job)).map((id) => (id as string).length)).toEqual([5, 6]);
  });

  test("rejects when the package or its export is not there", async () => {
    const job = (module: string, name: string): Job => {
      const fn = exported(module, name);
      return { ...functionJob(fn, indices(1)), work: { kind: "function", fn, address: addressOf(fn) } };
    };
    await expect(engine.run(job("not-installed", "f"))).rejects.toThrow(
      'The package "not-installed" was not found from',
    );
    await expect(engine.run(job("node:path", "nothing"))).rejects.toThrow(
      "node:path does not export the function nothing; it exports ",
    );
  });

  test("rejects a function without a class or an address", async () => {
    const job: Job = { ...functionJob(work.scale, indices(1)), work: { kind: "function", fn: work.scale } };
    await expect(engine.run(job)).rejects.toThrow('pass exported("url-or-package", "name") in its place');
  });

  test("rejects when two different functions have the name", async () => {
    const self = new lost.Holding({});
    await expect(engine.run(functionJob(lost.one, indices(1), { self }))).rejects.toThrow(
      /unfindable\.ts exports several functions named twin, as one and two/,
    );
  });

  test("rejects when the function is not exported, saying what is", async () => {
    const fn = function unheardOf() {};
    await expect(engine.run(functionJob(fn, indices(1)))).rejects.toThrow(
      /work-batch\.ts does not export the function unheardOf; it exports .*WorkBatch.*\. Export the function there, or name it with exported/,
    );
  });
});

describe.each(["threads", "async"] as const)("%s", (name) => {
  const engine = engines[name];

  test("shares uneven items out anew while they run, and runs each once", async () => {
    using log = makeLog();
    const sent: number[] = [];
    const end = subscribe((event) => event.type === "workSent" && sent.push(event.items));
    // the first worker gets all that is slow
    for (let repeat = 1; repeat <= 3; repeat++) {
      const job = functionJob(work.uneven, indices(200), {
        call: [log.path],
        options: { workers: 2, concurrency: 1 },
      });
      expect(values(await engine.run(job))).toEqual(Array.from({ length: 200 }, (_, i) => i));
      const runs = log.runs().sort((a, b) => a - b);
      expect(runs).toEqual(Array.from({ length: 200 * repeat }, (_, i) => Math.floor(i / repeat)));
    }
    end();
    expect(sent.filter((items) => items < 100).length).toBeGreaterThan(0);
  });

  const act = (self: object) => engine.run(methodJob(self, "act", indices(3)));

  test("rejects when the module throws while it is imported, with its error as the cause", async () => {
    const error = await act(new BrokenBatch()).catch((error) => error);
    expect(error.message).toMatch(
      /^BrokenBatch\.act: .*broken-module\.ts could not be loaded: this module does not like workers/,
    );
    expect(error.cause).toBeInstanceOf(RangeError);
  });

  test("rejects when the module ends the worker while it is imported", async () => {
    await expect(act(new ExitingBatch())).rejects.toThrow(
      /3 workers in a row ended before an item began.*exiting-module\.ts/s,
    );
  });

  test("names a class without module, and the line to add", async () => {
    await expect(act(new lost.Moduleless())).rejects.toThrow(
      "Moduleless.act: a worker cannot find the module of Moduleless. Add to the class: static module = import.meta.url; (in CommonJS: static module = pathToFileURL(__filename).href;)",
    );
  });

  test("names a class that its module does not export", async () => {
    await expect(act(lost.makeHidden())).rejects.toThrow(
      /Hidden\.act: .*unfindable\.ts does not export the class Hidden; it exports Holding, .*Export the class there/,
    );
    await expect(engine.run(methodJob(new lost.Inheriting(), "scale", indices(1)))).rejects.toThrow(
      /work-batch\.ts does not export the class Inheriting;.*declare its own: static module = import.meta.url/,
    );
  });

  test("names a field that cannot be made in a worker", async () => {
    const error = await act(new lost.Throwing(true)).catch((error) => error);
    expect(error.message).toContain(
      "Throwing.act is a field, and new Throwing(0), which would make it in a worker, throws.",
    );
    expect(error.message).toContain("Put the method on the prototype, or use the decorator.");
    expect(error.cause.message).toBe("not ready");
  });

  test("names state that cannot be sent, with its path", async () => {
    await expect(act(new lost.Holding({ onDone() {} }))).rejects.toThrow(
      "Holding.callbacks.onDone is a function, which cannot be sent to a worker.",
    );
  });
});

describe("async on the caller's own event loop", () => {
  const here = (kind: keyof typeof faults, options: object) =>
    faultJob("async", kind, 10, { workers: 0, ...options }, "");

  test("keeps to its concurrency", async () => {
    let running = 0;
    let most = 0;
    const fn = async (id: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return id;
    };
    const job = functionJob(fn, indices(20), { options: { workers: 0, concurrency: 7 } });
    expect(values(await engines.async.run(job))).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(most).toBe(7);
  });

  test("carries the error of an item that fails, and of one that never settles in time", async () => {
    const rejected = await engines.async.run(here("rejects", {}));
    expect([...rejected.failures]).toEqual([[3, expect.objectContaining({ name: "BadRecord" })]]);
    const expired = await engines.async.run(here("never settles", { timeout: 50 }));
    expect([...expired.failures]).toEqual([[3, expect.objectContaining({ name: "TimeoutError" })]]);
  });

  test("ends at its deadline", async () => {
    const { failures } = await engines.async.run(here("never settles", { deadline: 50 }));
    expect([...failures.keys()]).toEqual([3]);
    expect(failures.get(3)!.message).toContain("deadline of 50 ms");
  });
});
