import { afterAll, describe, expect, test, vi } from "vitest";
import { engines, functionJob, indices, type Name, values } from "../engines/jobs.js";
import { leavesWithin, Nested } from "../fixtures/nested.js";
import { failsAmongOthers, fault, scale } from "../fixtures/work-batch.js";

const names = Object.keys(engines) as Name[];
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.close())));

const numbers = Array.from({ length: 10 }, (_, i) => i);

describe.each(names)("%s", (name) => {
  const engine = engines[name];

  test("warns of what an item left behind that throws, and loses neither it, the others, nor the worker", async () => {
    const warnings: any[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on("warning", warned);
    const before = await workerOf(name);
    const job = functionJob(fault, indices(10), {
      call: ["leaves a timer that throws"],
      options: { workers: 1 },
    });
    expect(values(await engine.run(job))).toEqual(numbers);
    await vi.waitUntil(() => warnings.length > 0, 20_000);
    process.off("warning", warned);
    expect(warnings).toEqual([
      expect.objectContaining({
        name: "NogilWarning",
        code: "NOGIL_STRAY_ERROR",
        message: expect.stringMatching(
          /^Item 3 of fault left something behind that failed after the item had ended \((thread|process) \d+\): record 3 is bad$/,
        ),
        detail: expect.stringContaining("work-batch.ts"),
      }),
    ]);
    expect(await workerOf(name)).toBe(before);
  });
});

test("names the item of a call within an item that left something behind", async () => {
  const warning = new Promise<Error>((resolve) => process.once("warning", resolve));
  await engines.async.run(functionJob(leavesWithin, indices(1), { self: new Nested() }));
  expect((await warning).message).toMatch(/^Item 1 of run\(leaves\) left something behind .*: too late$/);
});

test("of many items in flight only the one fails that started what nobody awaits", async () => {
  const job = functionJob(failsAmongOthers, indices(10), { options: { workers: 1, concurrency: 10 } });
  const outcome = await engines.async.run(job);
  expect([...outcome.failures.keys()]).toEqual([3]);
  expect(outcome.failures.get(3)).toMatchObject({ name: "BadRecord", record: 3 });
  expect(values(outcome).filter((_, i) => i !== 3)).toEqual(numbers.filter((i) => i !== 3));
});

/** The one worker that there is. */
async function workerOf(name: Name): Promise<string> {
  const engine = engines[name];
  await engine.run(functionJob(scale, indices(1), { call: [1], options: { workers: 1 } }));
  return engine
    .state()
    .workers.map(({ worker }) => worker)
    .join();
}
