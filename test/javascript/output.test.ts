import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { exported, run, shutdown } from "nogil";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";

const program = fileURLToPath(new URL("../fixtures/printing-program.mjs", import.meta.url));
const module = new URL("../fixtures/printing.mjs", import.meta.url);

afterEach(() => vi.restoreAllMocks());
afterAll(() => shutdown());

interface Job {
  /** the item's function in the fixture */
  name?: string;
  items?: number;
  how?: { lines?: number; bytes?: number; by?: string; end?: string; last?: number };
  options?: object;
  /** what the program does after the call, but ending by itself */
  ending?: "exit" | "block";
  flags?: readonly string[];
  /** the reader of its output begins when the call is over */
  late?: boolean;
}

interface Printed {
  readonly out: string;
  readonly error: string;
  readonly results: unknown[];
  readonly code: number | null;
}

/** Runs the program with pipes for its output, or a file for what it prints. */
async function printed(
  target: string,
  { name = "prints", items = 4, how = {}, options = {}, ending, flags = [], late }: Job,
  file?: number,
): Promise<Printed> {
  const argument = JSON.stringify({ name, items, how, target, options, ending });
  const child = spawn(process.execPath, [...flags, program, argument], {
    stdio: ["ignore", file ?? "pipe", "pipe", "pipe"],
    timeout: 50_000,
    killSignal: "SIGKILL",
  });
  const closed = once(child, "close");
  const error = text(child.stderr!);
  const told = child.stdio[3] as Readable;
  const results = text(told);
  if (late) await once(told, "end");
  const out = child.stdout ? await text(child.stdout) : "";
  const [code] = await closed;
  return { out, error: await error, results: JSON.parse((await results) || "null"), code };
}

/** The items of the lines, each of which is whole and in its place among those of its worker. */
function itemsIn(output: string): number[] {
  const counts = new Map<string, number>();
  expect(output === "" || output.endsWith("\n")).toBe(true);
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [, worker, number, item] = /^(\d+\/\d+) (\d+) (\d+) x*\.$/.exec(line) ?? [];
      const expected = counts.get(worker) ?? 0;
      // not the line itself, which may be long
      if (Number(number) !== expected) expect(line.slice(0, 200)).toBe(`${worker} ${expected} …`);
      counts.set(worker, expected + 1);
      return Number(item);
    })
    .sort((a, b) => a - b);
}

/** So many lines of each item. */
function each(items: number, lines: number): number[] {
  return Array.from({ length: items * lines }, (_, i) => Math.floor(i / lines));
}

const inWorkers = ["threads", "async", "mpc"] as const;

describe.each([...inWorkers, "for"])("what items of %s print arrives", (target) => {
  test("when the program ends right after them", { repeats: 3 }, async () => {
    const { out, results, code } = await printed(target, { how: { lines: 3 } });
    expect(itemsIn(out)).toEqual(each(4, 3));
    expect([results, code]).toEqual([[0, 1, 2, 3], 0]);
  });

  test("when it is much, and is read late", { repeats: 1 }, async () => {
    const { out } = await printed(target, { how: { lines: 25, bytes: 50_000 }, late: true });
    expect(itemsIn(out)).toEqual(each(4, 25));
  });
});

describe.each(inWorkers)("what items of %s print arrives", (target) => {
  test("when the lines are many", async () => {
    const { out } = await printed(target, { how: { lines: 10_000 } });
    expect(itemsIn(out)).toEqual(each(4, 10_000));
  });

  test("when a line has a megabyte", async () => {
    const { out } = await printed(target, { how: { lines: 2, bytes: 2 ** 20 }, late: true });
    expect(itemsIn(out)).toEqual(each(4, 2));
  });

  test("when several workers print lines in pieces", async () => {
    const job = { how: { lines: 500, by: "halves" }, items: 8, options: { chunkSize: 1 } };
    expect(itemsIn((await printed(target, job)).out)).toEqual(each(8, 500));
  });

  test("when it is written as bytes, or in an encoding of its own", async () => {
    expect(itemsIn((await printed(target, { how: { by: "bytes", lines: 6 } })).out)).toEqual(each(4, 6));
  });

  test("when it is an error's", async () => {
    const { out, error } = await printed(target, {
      how: { by: "error", lines: 50, bytes: 10_000 },
      late: true,
    });
    expect(itemsIn(error)).toEqual(each(4, 50));
    expect(out).toBe("");
  });

  test("in a file, even when the program is told to exit", { repeats: 1 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "nogil-test-"));
    const path = join(folder, "output");
    const file = openSync(path, "w");
    try {
      const { code } = await printed(target, { how: { lines: 50, bytes: 10_000 }, ending: "exit" }, file);
      expect(itemsIn(readFileSync(path, "utf8"))).toEqual(each(4, 50));
      expect(code).toBe(0);
    } finally {
      closeSync(file);
      rmSync(folder, { recursive: true });
    }
  });

  test("when the item then throws", async () => {
    const job = { how: { lines: 50, bytes: 10_000, end: "throw", last: 2 }, late: true };
    const { out, results } = await printed(target, job);
    expect(itemsIn(out)).toEqual(each(4, 50));
    expect(results).toEqual([0, 1, "RangeError", 3]);
  });

  test("when the item waits for what it wrote to be taken", async () => {
    expect(itemsIn((await printed(target, { name: "waitsForPrinted", items: 20 })).out)).toEqual(each(20, 1));
  });

  test("when a program that the item starts prints it", async () => {
    const { out, results } = await printed(target, { name: "startsPrinter" });
    expect(itemsIn(out)).toEqual(each(4, 1));
    expect(results).toEqual([0, 0, 0, 0]);
  });

  test("as a warning", async () => {
    const { error } = await printed(target, { name: "warns", items: 2 });
    for (const item of [0, 1]) expect(error).toContain(`Warning: item ${item}\n`);
  });

  // of 4 items the one that ends its worker, and all that it printed before
  test.each([
    ["calls process.exit", "exit", "ERR_NOGIL_WORKER_ENDED"],
    ["has its worker killed or run out of memory", "crash", "ERR_NOGIL_WORKER_ENDED"],
    ["is over its timeout", "hang", 23],
  ])("when the item then %s", async (_, end, error) => {
    const { out, results, code } = await printed(target, {
      how: { lines: 50, bytes: 10_000, end, last: 2 },
      options: { timeout: end === "hang" ? 1000 : undefined },
      flags: ["--max-old-space-size=100"],
      late: true,
    });
    expect(itemsIn(out)).toEqual(each(4, 50));
    expect([results, code]).toEqual([[0, 1, error, 3], 0]);
  });

  test("when all its items are in flight", async () => {
    const job = { name: "printsLater", items: 200, how: { lines: 20, by: "halves" } };
    expect(itemsIn((await printed(target, job)).out)).toEqual(each(200, 20));
  });

  test("when what it left behind prints it, before the program has come to its end", async () => {
    const { out } = await printed(target, { name: "leavesPrinting", ending: "block" });
    expect(itemsIn(out)).toEqual(each(4, 1));
  });

  test("and so does what is printed while the workers start", async () => {
    const printing = "data:text/javascript,for (let i = 0; i < 100; i++) console.log('start', i);";
    const { out } = await printed(target, { flags: ["--import", printing], how: { lines: 3 } });
    const ofStarts = (line: string) => line.startsWith("start ");
    const lines = out.split("\n");
    expect(itemsIn(lines.filter((line) => !ofStarts(line)).join("\n"))).toEqual(each(4, 3));
    const starts = lines.filter(ofStarts);
    // the program's own, and those of one worker or two
    expect([200, 300]).toContain(starts.length);
    expect(new Set(starts).size).toBe(100);
  });

  test("where the program's own output goes, before the call is over", async () => {
    let out = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      out += Buffer.from(chunk as Uint8Array).toString();
      return true;
    });
    for (const lines of [1, 100]) {
      out = "";
      const items = await run(exported(module, "prints"), [0, 1, 2, 3], { target, args: [{ lines }] });
      expect(out.split("\n")).toHaveLength(4 * lines + 1);
      expect([...items]).toEqual([0, 1, 2, 3]);
    }
  });

  test("before shutdown() is over", async () => {
    let out = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      out += Buffer.from(chunk as Uint8Array).toString();
      return true;
    });
    const how = { lines: 100, bytes: 1000, end: "hang", last: 0 };
    const call = run(exported(module, "prints"), [0], { target, args: [how] });
    await vi.waitUntil(() => out !== "", 20_000);
    await shutdown();
    expect(out.split("\n")).toHaveLength(101);
    expect((await call).failures).toHaveLength(1);
  });
});

test("processes have an empty stdin", async () => {
  expect((await printed("mpc", { name: "readsInput", items: 2 })).results).toEqual(["", ""]);
});
