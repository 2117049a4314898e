import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Batch } from "nogil";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildKernels } from "../../examples/build-kernels.js";
import { parseOptions } from "../../examples/table/options.js";

const main = fileURLToPath(new URL("../../examples/table/main.ts", import.meta.url));

class Loose extends Batch<any> {}

let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-test-"));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const commandOf = (...args: string[]) => ["--import", "tsx", main, ...args];
const env = () => ({ ...process.env, TMPDIR: folder });

function program(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: env(), timeout: 60_000 };
    execFile(process.execPath, commandOf(...args), options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** A folder with the parts of a table, and one for what is made of it. */
async function given(name: string, parts: readonly object[], options = {}) {
  const data = join(folder, name);
  const out = join(folder, `${name}-out`);
  await mkdir(data);
  for (const [i, part] of parts.entries()) {
    const length = (Object.values(part)[0] as unknown[]).length;
    await Loose.from(length, part as any).save(join(data, `part-${i}.arrow`), { ids: false, ...options });
  }
  return { data, out, table: join(out, "table.arrow") };
}

describe("a table that it makes", () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await program("--rows", "45000", "--check", "--out", join(folder, "made"));
  });

  test("is what plain TypeScript makes of it, and the summary tells of it", async () => {
    const { code, stdout, stderr } = ended;
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("made: 45000 rows");
    expect(stdout).toContain("fitted: 45000 rows, twice");
    expect(stdout).toContain("written: 45000 rows");
    expect(stdout).toMatch(/^zone +60 +zone 01 \(\d+\)/m);
    expect(stdout).toMatch(/^TableBatch.robustScale +\d/m);
    expect(stdout).toMatch(/^write +\d/m);
    expect(stdout).toContain("compared with plain TypeScript: the same, bit by bit");
    const fit = JSON.parse(await readFile(join(folder, "made", "fit.json"), "utf8"));
    expect(fit.rows).toBe(45_000);
    expect(fit.categorical.map(({ categories }: any) => categories.length)).toEqual([5, 9, 60]);
    expect(fit.numeric.map(({ name }: any) => name)).toContain("tip");
  });

  test("leaves nothing else behind", async () => {
    expect((await readdir(join(folder, "made"))).sort()).toEqual(["fit.json", "table.arrow"]);
    expect((await readdir(folder)).filter((name) => name.startsWith("nogil-table-"))).toEqual([]);
  });
});

describe("a table of the user's", () => {
  const parts = [
    { price: [1, 2, null], count: Int32Array.of(1, 2, 3), size: ["M", null, "S"], flat: [7, 7, 7] },
    { price: [3, 4], count: Int32Array.of(4, 5), size: ["M", "XL"], flat: [7, 7] },
    { price: [5], count: Int32Array.of(10), size: [null], flat: [7] },
  ].map((part) => ({ ...part, price: Float64Array.from(part.price, (value) => value ?? Number.NaN) }));

  test("is scaled and encoded across its files, streaming and whole", async () => {
    for (const how of [[], ["--whole"]]) {
      const { data, out, table } = await given(`mine${how.length}`, parts);
      const { code, stderr, stdout } = await program("--data", data, "--out", out, "--check", ...how);
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toContain("the same, bit by bit");
      const batch = await Loose.load(table);
      expect(Object.keys(batch.data)).toEqual(["price", "count", "flat", "size_onehot"]);
      // quartiles 2, 3 and 4; 2.25, 3.5 and 4.75
      expect([...batch.data.price.values]).toEqual([-1, -0.5, Number.NaN, 0, 0.5, 1]);
      expect([...batch.data.count.values]).toEqual([-1, -0.6, -0.2, 0.2, 0.6, 2.6]);
      expect([...batch.data.flat.values]).toEqual([0, 0, 0, 0, 0, 0]);
      expect(batch.data.size_onehot.shape).toEqual([6, 3]);
      expect([...batch.data.size_onehot.values]).toEqual([
        1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0,
      ]);
    }
  });

  test("of numbers alone, or of categories alone, is as good", async () => {
    const numbers = await given("numbers", [{ x: Float32Array.of(1, 2, 3) }, { x: Float32Array.of(4, 5) }]);
    expect(await program("--data", numbers.data, "--out", numbers.out, "--check")).toMatchObject({ code: 0 });
    expect([...(await Loose.load(numbers.table)).data.x.values]).toEqual([-1, -0.5, 0, 0.5, 1]);
    const strings = await given("strings", [{ s: ["b", "a"] }]);
    expect(await program("--data", strings.data, "--out", strings.out, "--check")).toMatchObject({ code: 0 });
    expect([...(await Loose.load(strings.table)).data.s_onehot.values]).toEqual([0, 1, 1, 0]);
  });

  const refused: [string, object[], string][] = [
    ["rows", [{ x: [Float64Array.of(1, 2), Float64Array.of(3, 4)] }], 'The column "x" has rows of numbers'],
    ["flags", [{ x: [true, false] }], 'The column "x" has other values'],
    ["nothing", [{ x: [Number.NaN, Number.NaN] }], 'The column "x" has no numbers at all'],
    ["endless", [{ x: [1, Number.POSITIVE_INFINITY] }], 'The column "x" cannot be scaled'],
    ["nobody", [{ s: [null, null] }], 'The column "s" has no categories'],
    ["mixed", [{ s: ["a"] }, { s: [1] }], 'The column "s"'],
    ["lacking", [{ x: [1] }, { y: [1] }], 'names a column "x", which is not there'],
    ["taken", [{ s: ["a"], s_onehot: [1] }], 'The table has a column "s_onehot" already'],
  ];
  test.each(refused)("is refused in one sentence, and leaves no table: %s", async (name, broken, message) => {
    const { data, out, table } = await given(name, broken);
    await buildKernels(new URL("../../examples/table/", import.meta.url).href);
    const { columnsOf, openShards } = await import("../../examples/table/shards.js");
    const { fitTable } = await import("../../examples/table/fit.js");
    const { transformTable } = await import("../../examples/table/transform.js");
    const { explain } = await import("../../examples/table/summary.js");
    const options = { batchSize: 1, prefetch: 1, bar: false };
    const job = async () => {
      const shards = await openShards(data);
      const columns = await columnsOf(shards);
      await transformTable(shards, columns, await fitTable(shards, columns, options), table, {
        ...options,
        whole: false,
      });
    };
    expect(await job().catch(explain)).toContain(message);
    expect(await readdir(out).catch(() => [])).toEqual([]);
  });

  test("with a broken file leaves the table of the run before", async () => {
    const { data, out, table } = await given("broken", parts);
    await mkdir(out);
    await writeFile(table, "before");
    await truncate(join(data, "part-1.arrow"), 500);
    const { code, stderr } = await program("--data", data, "--out", out);
    expect(stderr).toContain("part-1.arrow");
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(1);
    expect(await readFile(table, "utf8")).toBe("before");
    expect(await readdir(out)).toEqual(["table.arrow"]);
  });

  test("that is not there is an error", async () => {
    const { code, stderr } = await program("--data", join(folder, "nowhere"));
    expect(stderr).toContain("There are no files *.arrow in");
    expect(code).toBe(1);
  });
});

test("Ctrl-C while the table is written leaves no half of it, nor the rows that were made", async () => {
  const out = join(folder, "interrupted");
  await mkdir(out);
  const child = spawn(process.execPath, commandOf("--rows", "600000", "--out", out), {
    env: env(),
    stdio: ["ignore", "ignore", "pipe"],
  });
  children.push(child);
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  while ((await readdir(out)).length === 0 && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(stderr).toBe("Ended by SIGINT; no table was written.\n");
  expect(await readdir(out)).toEqual([]);
  expect((await readdir(folder)).filter((name) => name.startsWith("nogil-table-"))).toEqual([]);
}, 60_000);

test.skipIf(process.platform !== "linux")("what it takes is measured from outside", async () => {
  const measure = fileURLToPath(new URL("../../examples/table/measure.ts", import.meta.url));
  const command = ["--import", "tsx", measure, "--rows", "20000", "--workers", "1"];
  const stdout = await new Promise<string>((resolve, reject) => {
    const options = { env: env(), timeout: 60_000 };
    execFile(process.execPath, command, options, (error, out) => (error ? reject(error) : resolve(out)));
  });
  for (const job of ["streaming", "whole"]) {
    const [, peak, written, read] = new RegExp(`^${job} +([\\d.]+) +([\\d.]+) +([\\d.]+) `, "m").exec(
      stdout,
    )!;
    expect(Number(peak)).toBeGreaterThan(30);
    // 20,000 rows of 5 numbers of 8 bytes and 74 of 4
    expect(Number(written)).toBeCloseTo(6.72, 1);
    expect(Number(read)).toBeGreaterThan(0.9);
  }
});

test("a wrong command line is told with the usage", async () => {
  const { code, stderr } = await program("--rows", "0");
  expect(code).toBe(1);
  expect(stderr).toContain('--rows takes a whole number from 1 to 999999999, got "0"');
  expect(stderr).toContain("npx tsx examples/table/main.ts");
  for (const [args, message] of [
    [["--rows", "5", "--data", "x"], "--data and --rows exclude each other"],
    [["--workers", "none"], '--workers takes a whole number from 1 to 999, got "none"'],
    [["--out", ""], "--out takes a folder"],
  ] as const) {
    expect(() => parseOptions(args)).toThrow(message);
  }
});
