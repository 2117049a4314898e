import { afterAll, describe, expect, test } from "vitest";
import type { RunOptions } from "../../dist/call/options.js";
import { type faults, scale } from "../fixtures/work-batch.js";
import { engines, faultJob, functionJob, indices, makeLog, type Name, values } from "./jobs.js";

const count = 40;
const failing = 3;

interface Row {
  readonly expected: Partial<Error> & { code?: unknown; cause?: unknown };
  readonly options?: RunOptions;
  readonly only?: Name;
}

const bad = { name: "BadRecord", message: "record 3 is bad", code: "EBAD", record: 3 };

const table: { [kind in keyof typeof faults]?: Row } = {
  throws: { expected: bad },
  rejects: { expected: bad },
  "returns an Error": { expected: bad },
  "throws a non-Error": {
    expected: { message: 'The item threw "just words", which is not an Error.', cause: "just words" },
  },
  "throws what cannot be looked at": {
    expected: {
      message: expect.stringMatching(/^The item threw an object that throws when it is looked at: .*revoked/),
    },
  },
  "returns the uncloneable": {
    expected: {
      message: expect.stringMatching(/: the result\.deep\[0\]\.callback is a function, which cannot be sent/),
    },
  },
  "calls process.exit": {
    expected: { code: "ERR_NOGIL_WORKER_ENDED", message: expect.stringMatching(/ended: .*7/) },
  },
  "is killed": {
    expected: { code: "ERR_NOGIL_WORKER_ENDED", message: expect.stringContaining("killed by SIGKILL") },
    only: "mpc",
  },
  "spins for ever": {
    expected: { name: "TimeoutError", message: expect.stringContaining("timeout of 300 ms") },
    options: { timeout: 300 },
  },
  "never settles": {
    expected: { name: "TimeoutError", message: expect.stringContaining("timeout of 300 ms") },
    options: { timeout: 300 },
  },
  "overflows the stack": { expected: { name: "RangeError", message: "Maximum call stack size exceeded" } },
  "rejects what nobody awaits": { expected: { name: "RangeError", message: "nobody awaits this" } },
  "fails later": { expected: { name: "Error", message: "out of nowhere" } },
};

describe.each(Object.keys(engines) as Name[])("%s", (name) => {
  const engine = engines[name];
  afterAll(() => engine.close());

  const rows = Object.entries(table).filter(([, { only }]) => only === undefined || only === name);

  describe.each(rows)("when an item %s", (kind, { expected, options }) => {
    test.each([undefined, 1, 7, count])(
      "with chunks of %s, it alone carries the error and nothing runs twice",
      async (chunkSize) => {
        using log = makeLog();
        const job = faultJob(name, kind as keyof typeof faults, count, { ...options, chunkSize }, log.path);
        const outcome = await engine.run(job);
        const results = values(outcome);
        expect([...outcome.failures.keys()]).toEqual([failing]);
        expect(results[failing]).toBeInstanceOf(Error);
        expect(results[failing]).toMatchObject(expected);
        expect(results.filter((_, i) => i !== failing)).toEqual(
          Array.from({ length: count }, (_, i) => i).filter((i) => i !== failing),
        );
        expect(log.runs().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
      },
    );

    test("the next call works", async () => {
      const outcome = await engine.run(functionJob(scale, indices(10), { call: [2] }));
      expect(values(outcome)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
    });
  });
});
