import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../fixtures/endings.ts", import.meta.url));
const patience = 150_000;
const processes = 4;
const count = 7;
const all = Array.from({ length: count }, (_, i) => i);
const positions = { first: 0, middle: 3, last: count - 1 };

interface Result {
  readonly seen: number[];
  readonly error?: { name: string; message: string; action?: string; indices?: number[]; cause?: any };
  readonly report: any;
  readonly log: string[];
  readonly later: string[];
  readonly leaked: number;
  readonly idle: boolean;
}

interface Program {
  readonly code: number | string | null;
  readonly results: ReadonlyMap<string, Result>;
  readonly ended: boolean;
  readonly errors: string;
}

// a process has to end by itself, and is killed if it does not
function run(some: readonly string[]): Promise<Program> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, ...some], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: patience,
      killSignal: "SIGKILL",
    });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
    child.on("close", (code, signal) => {
      const lines = output
        .split("\n")
        .filter((line) => line.endsWith("]") || line.endsWith('"'))
        .map((line) => JSON.parse(line));
      const results = lines.filter((line) => Array.isArray(line)) as [string, Result][];
      resolve({ code: code ?? signal, results: new Map(results), ended: lines.includes("ended"), errors });
    });
  });
}

type Expected = {
  /** batches that come out, in order; or as many of them as came before the end */
  seen: (at: number) => number[];
  early?: boolean;
  check?: (result: Result, at: number) => void;
};

const upTo = (at: number) => all.slice(0, at);
const through = (at: number) => all.slice(0, at + 1);
const without = (at: number) => all.filter((id) => id !== at);

const failsWith = (action: string, cause: object | undefined, message?: string): Expected => ({
  seen: upTo,
  check({ error, report }, at) {
    expect(error).toMatchObject({ name: "PipelineError", action, indices: [at] });
    expect(error!.message).toContain(`${action} failed for the batch of item ${at}: `);
    if (cause) expect(error!.cause).toMatchObject(cause);
    if (message) expect(error!.message).toContain(message);
    expect(report.batches).toBe(at);
  },
});
const throws = (seen: Expected["seen"], message: string, early = false): Expected => ({
  seen,
  early,
  check: ({ error }) => expect(error).toEqual({ name: "RangeError", message }),
});
const goesOn = (expected: (at: number) => object): Expected => ({
  seen: without,
  check({ error, report }, at) {
    expect(error).toBeUndefined();
    expect(report).toEqual({ batches: count - 1, skipped: 0, stopped: false, failures: [], ...expected(at) });
  },
});
const stops: Expected = {
  seen: upTo,
  check({ error, report }, at) {
    expect(error).toBeUndefined();
    expect(report).toEqual({ batches: at, skipped: 0, stopped: true, failures: [] });
  },
};
const ends: Expected = { seen: through, check: ({ error }) => expect(error).toBeUndefined() };
const thrown = { name: "RangeError", message: "thrown" };

const ways: Record<string, Expected> = {
  "an action that throws": failsWith("EndingBatch.fault", thrown),
  "an action that rejects": failsWith("EndingBatch.fault", { name: "RangeError", message: "rejected" }),
  "an action that gives no batch": failsWith("EndingBatch.fault", { name: "TypeError" }, "got a number"),
  "an item that fails in a thread": failsWith(
    "EndingBatch.inThread",
    { name: "ParallelError" },
    "in a thread",
  ),
  "an item that fails in a kernel": failsWith(
    "EndingBatch.affine",
    { name: "ParallelError" },
    "test/fixtures/assembly/kernels.ts:31)",
  ),
  "a post that throws": failsWith("EndingBatch.ask", thrown),
  "a function step that throws": failsWith("check", thrown),
  "a lazy argument that throws": failsWith("EndingBatch.inThread", thrown),
  "a batch that cannot be made": failsWith("new EndingBatch", {
    name: "RangeError",
    message: "not constructed",
  }),
  break: ends,
  "return into the iterator": ends,
  "return while a batch is waited for": {
    seen: upTo,
    check: ({ report }) =>
      expect(report).toEqual([
        [true, null],
        [true, null],
        [true, null],
      ]),
  },
  "throw into the iterator": throws(through, "thrown in"),
  "an error of the caller": throws(through, "the caller's"),
  "an abort between batches": throws(through, "enough"),
  "an abort while workers work": throws(upTo, "enough", true),
  "an abort while a plain action has workers work": throws(upTo, "enough", true),
  "an abort while an action takes no notice": throws(upTo, "enough", true),
  "a break while an action takes no notice": ends,
  "a skipped batch": goesOn(() => ({ skipped: 1 })),
  "a batch skipped later": goesOn(() => ({ skipped: 1 })),
  "a batch skipped by a post": goesOn(() => ({ skipped: 1 })),
  stop: stops,
  "stop in a function step": stops,
  "a failing batch that is left out": goesOn((at) => ({
    failures: [{ action: "EndingBatch.fault", indices: [at] }],
  })),
  "a batch that cannot be made and is left out": goesOn((at) => ({
    failures: [{ action: "new EndingBatch", indices: [at] }],
  })),
};

const cases = [0, 1, 3].flatMap((prefetch) =>
  Object.entries(positions).map(([name, at]) => ({ prefetch, name, at })),
);

// some ways share a process, since each starts threads and compiles what they run
const names = Object.keys(ways);
const shares = Array.from({ length: processes }, (_, i) => names.filter((_, k) => k % processes === i));
const programs = new Map<string, Promise<Program>>();
beforeAll(() => {
  let before: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
  for (const some of shares) {
    const program = before[0].then(() => run(some));
    before = [before[1], program];
    for (const way of some) programs.set(way, program);
  }
});
afterAll(() => Promise.all(programs.values()));

describe.each(Object.entries(ways))("%s", (way, { seen, early, check }) => {
  test("leaves the program to end by itself", { timeout: 240_000 }, async () => {
    const { code, ended, errors } = await programs.get(way)!;
    expect({ code, ended, errors }).toEqual({ code: 0, ended: true, errors: "" });
  });

  test.each(cases)(
    "prefetching $prefetch, at the $name batch",
    { timeout: 240_000 },
    async ({ prefetch, name, at }) => {
      const { results, errors } = await programs.get(way)!;
      const result = results.get(`${way}, ${prefetch} ${name}`);
      expect(result, errors).toBeDefined();
      const { log, later, leaked, idle } = result!;
      if (early && prefetch > 0) expect(result!.seen).toEqual(seen(at).slice(0, result!.seen.length));
      else expect(result!.seen).toEqual(seen(at));
      check?.(result!, at);
      expect(later).toEqual([]);
      // a batch has 400,000 bytes; what is left are small blocks that engines keep
      expect(Math.abs(leaked)).toBeLessThan(64 << 10);
      expect(idle).toBe(true);
      const loaded = log.filter((entry) => entry.startsWith("load ")).length;
      const asked =
        result!.seen.length + (result!.error || seen === upTo ? 1 : 0) + (seen === without ? 1 : 0);
      expect(loaded).toBeLessThanOrEqual(Math.min(count, asked + prefetch));
    },
  );
});
