import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import {
  Batch,
  inbatchParallel,
  ParallelError,
  PipelineError,
  partial,
  type Results,
  run,
  shutdown,
} from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

afterAll(() => shutdown());

const act = inbatchParallel as any;

class Failing extends Batch<any, number> {
  odd = act({ init: "indices", target: "for" }, (i: number) => {
    if (i % 2) throw new RangeError("odd");
    throw new TypeError(`even ${i}`);
  }) as () => Promise<unknown>;
  all = act({ init: "indices", target: "for" }, (_: number) => {
    throw new RangeError(`long\n${"z".repeat(1e6)}`);
  }) as () => Promise<unknown>;
  thirds = act({ init: "indices", target: "for", post: (results: unknown) => results }, (i: number) => {
    if (i % 3 === 0) throw new RangeError(`third\n  ${i}`);
    return i;
  }) as () => Promise<Results<number>>;
}

const errorOf = (promise: Promise<unknown>): Promise<any> => promise.catch((error) => error);
const odd = (items: number) => errorOf(Failing.from(items).odd());
const lines = (text: string) => text.split("\n");

describe("an error of 3,000 items", () => {
  test("says how many failed and a few of them, equal ones together, and has all of them", async () => {
    const error = await odd(3000);
    expect(error.message).toBe(
      "Failing.odd: 3000 of 3000 items failed. The first, item 0: TypeError: even 0",
    );
    expect(lines(error.stack).slice(0, 4)).toEqual([
      `ParallelError: ${error.message}`,
      "    item 1 and 1,499 more: RangeError: odd",
      "    item 2: TypeError: even 2",
      "    and 1,498 more: see error.failures",
    ]);
    expect(lines(error.stack)[4]).toMatch(/^ {4}at /);
    expect(String(error)).toBe(`ParallelError: ${error.message}`);
    expect([error.errors.length, error.failures.length, error.results.length]).toEqual([3000, 3000, 3000]);
    expect(error.errors[2999]).toBe(error.failures[2999].error);
    expect(error.cause).toBe(error.errors[0]);
  });

  test("is printed in some 30 lines by the console, the message first", async () => {
    const error = await odd(3000);
    for (const text of [
      inspect(error),
      inspect(error, { customInspect: false, depth: 5 }),
      inspect({ error }),
    ]) {
      expect(lines(text).length).toBeLessThan(40);
      expect(lines(text.trimStart())[text.startsWith("{") ? 1 : 0]).toContain("3000 of 3000 items failed");
    }
  });

  test("is printed so where a program does not catch it", () => {
    const program = `
      import { Batch, inbatchParallel } from ${JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)};
      class Failing extends Batch {
        act = inbatchParallel({ init: "indices", target: "for" }, (i) => { throw new RangeError("bad " + i); });
      }
      await new Failing(3000).act();`;
    const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      "ParallelError: Failing.act: 3000 of 3000 items failed. The first, item 0: RangeError: bad 0",
    );
    expect(stderr).toContain("and 2,997 more: see error.failures");
    expect(lines(stderr).length).toBeLessThan(50);
  });

  test("is a few failures in JSON, and how many more", async () => {
    const json = JSON.parse(JSON.stringify(await odd(3000)));
    expect(json).toMatchObject({ name: "ParallelError", action: "Failing.odd", more: 2990 });
    expect(json.message).toContain("3000 of 3000");
    expect(json.failures).toHaveLength(10);
    expect(json.failures[1]).toEqual({ item: 1, id: 1, error: "RangeError: odd" });
  });

  test("with messages of a megabyte is short all the same", async () => {
    const error = await errorOf(Failing.from(3).all());
    expect(error.message.length).toBeLessThan(1200);
    expect(error.message).toContain("RangeError: long zzz");
    expect(error.errors[0].message).toHaveLength(1e6 + 5);
    const failed = new PipelineError("Failing.all", [0], error.errors[0]);
    expect(failed.message.length).toBeLessThan(1200);
    expect(failed.cause).toBe(error.errors[0]);
  });
});

test("an error of one item, or of items that all failed alike, repeats nothing", async () => {
  const one = await odd(1);
  expect(lines(one.stack)[1]).toMatch(/^ {4}at /);
  const alike = await errorOf(Failing.from(2).all());
  expect(lines(alike.stack)[1]).toMatch(/^ {4}item 0 and 1 more: RangeError: long/);
  expect(lines(alike.stack)[2]).toMatch(/^ {4}at /);
});

test("an error names the places of kernels, and the ids of items", async () => {
  class Kernels extends Batch<any, string> {
    numbers = [0, 0, 1];
    act = act({ init: "numbers", target: "nogil" }, () =>
      partial(kernels.affine, { bad: 0 }),
    ) as () => Promise<unknown>;
  }
  class Named extends Batch<any, string> {
    act = act({ init: "indices", target: "for" }, () => {
      throw new RangeError("no");
    }) as () => Promise<unknown>;
  }
  const error = await errorOf(Kernels.from(["a", "b", "c"]).act());
  expect(error).toBeInstanceOf(ParallelError);
  expect(error.stack).toMatch(/ \(.*kernels\.ts:\d+\)/);
  const unnamed = await errorOf(Named.from(["a", "b"]).act());
  expect(unnamed.stack).toMatch(/The first, item 0 \("a"\): RangeError: no\n {4}item 0 \("a"\) and 1 more: /);
});

describe("results with failures", () => {
  test("print a line for each of a few, and how many failed", async () => {
    const results = await Failing.from(3000).thirds();
    const text = inspect(results);
    expect(lines(text).length).toBeLessThan(15);
    expect(text).toMatch(/^Results\(3000, 1,000 failed\) \[/);
    expect(text).toContain("[RangeError: third 3]");
    expect(text).toContain("... 2990 more items");
    expect(inspect([[[results]]], { depth: 2 })).toContain("[Results(3000, 1,000 failed)]");
    expect(inspect(results.failures[1])).toContain("at ");
    const failures = inspect(results.failures);
    expect(lines(failures)).toHaveLength(13);
    expect(failures).toContain("item 3: RangeError: third 3");
    expect(failures).toContain("… 990 more");
  });

  test("are values in JSON, and in the place of each error what failed", async () => {
    const results = await Failing.from(4).thirds();
    expect(JSON.parse(JSON.stringify(results))).toEqual([
      { item: 0, id: 0, error: "RangeError: third\n  0" },
      1,
      2,
      { item: 3, id: 3, error: "RangeError: third\n  3" },
    ]);
    const rows = await run(kernels.take, [Float64Array.of(2, 5, 6), Float64Array.of(1, 7)]);
    expect(JSON.stringify(rows)).toBe("[[2,5],[1]]");
  });

  test("are ordinary arrays and objects to those who compare them", async () => {
    const results = await Failing.from(2).thirds();
    const error = results[0] as Error;
    expect(results).toEqual([error, 1]);
    expect(results.failures).toEqual([{ item: 0, id: 0, error }]);
    expect(results).not.toEqual([error, 2]);
  });
});

test("results without failures print as many as any array", async () => {
  const results = await Failing.from(0).thirds();
  expect(inspect(results)).toBe("Results(0) []");
  const numbers = await run(kernels.affine, [1, 2, 3]);
  expect(inspect(numbers)).toBe("Results(3) [ 2, 3, 4 ]");
});
