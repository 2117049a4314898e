import { configure, explain, inbatchParallel, pools, run, shutdown, stats, type Target } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { register, targets } from "../../dist/engines/registry.js";
import { observed, spin } from "../fixtures/observed-batch.js";
import { testContract, testStreams } from "./contract.js";
import { counted, counting } from "./counting-engine.js";
import { testInFlight } from "./in-flight.js";
import { testRetry } from "./retry.js";

register(counting);
afterAll(shutdown);

const target = "counting" as Target;
const double = (n: number) => 2 * n;

describe("an engine that is one file and registered, with nothing else changed,", () => {
  testContract(counting);
  testInFlight(counting);
  testRetry(counting);
  testStreams(counting);

  test("runs the items itself", async () => {
    const before = counted.items;
    expect([...(await run(double, [1, 2, 3], { target }))]).toEqual([2, 4, 6]);
    expect(counted.items - before).toBe(3);
  });

  test("is the target of a method that declares it", async () => {
    const batch = observed(2) as any;
    batch.declared = inbatchParallel({ init: "indices", target: target as "for" }, (id: number) => spin(id));
    const before = counted.items;
    await batch.declared();
    expect(counted.items - before).toBe(2);
    expect(await explain<any, any>(batch, "declared")).toMatchObject({ target, askedBy: "its declaration" });
  });

  test("is named by errors that list the targets", async () => {
    expect(() => configure({ target: "gpu" as Target })).toThrow(`one of ${targets().join(", ")}, got "gpu"`);
    expect(targets().at(-1)).toBe(target);
    await expect(observed(1).with({ target: "nogil" }).threads()).rejects.toThrow(
      "possible are threads, async, for, counting.",
    );
    await expect(observed(1).with({ target }).nogil()).rejects.toThrow(
      'runs a kernel, which target "counting" cannot run; possible are nogil, for.',
    );
  });

  test("is explained, with the options that do nothing on it", async () => {
    const told = await explain(observed(4).with({ workers: 2 }).with({ target }), "threads");
    expect(told).toMatchObject({ engine: target, workers: 0, parallel: false, why: "it counts here" });
    expect(told.ignored).toEqual([
      { option: "workers", why: 'target "counting" does not heed it; threads and async do' },
    ]);
    expect(String(told)).toContain(`\n  engine    counting: with()\n`);
    await expect(run(double, [1], { target, retry: 1 })).rejects.toThrow(
      'run(double): the option "retry" would do nothing: target "counting" does not heed it; threads, async, mpc and for do. ' +
        'Leave it out; the options of "counting" here are debug, bar.',
    );
  });

  test("is in the statistics and in the pools", async () => {
    stats.reset();
    await run(double, [1, 2, 3], { target });
    expect(stats().actions).toMatchObject([{ action: "run(double)", target, calls: 1, items: 3 }]);
    expect(pools().pools).toContainEqual({ target, workers: [], waiting: 0 });
  });
});
