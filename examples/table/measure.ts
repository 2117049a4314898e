import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildKernels } from "../build-kernels.js";
import { formatTable } from "../format-table.js";
import { megabytes } from "./summary.js";

const usage = `Measures from outside how much memory the job takes, streaming and whole. Linux only.

npx tsx examples/table/measure.ts [--rows N] [--workers N]
`;

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** Runs the job in a process of its own. @returns the most memory that it held at once, in bytes, threads included */
async function peakOf(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", main, ...args], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  let peak = 0;
  // the kernel keeps the maximum itself, so that only what is new in the last milliseconds can be missed
  const look = setInterval(() => {
    const status = existsSync(`/proc/${child.pid}/status`)
      ? readFileSync(`/proc/${child.pid}/status`, "utf8")
      : "";
    peak = Math.max(peak, 1024 * Number(/^VmHWM:\s*(\d+) kB/m.exec(status)?.[1] ?? 0));
  }, 5);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code !== 0) throw new Error(`The job ended with ${code}.`);
  } finally {
    clearInterval(look);
  }
  return peak;
}

async function sizeOf(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".arrow"));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measure(rows: number, workers: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "nogil-table-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await buildKernels(import.meta.url);
  const { makeShards } = await import("./shards.js");
  await makeShards(folder, rows);
  const read = await sizeOf(folder);

  const out = join(folder, "out");
  const lines: string[][] = [];
  for (const [name, ...options] of [["streaming"], ["whole", "--whole"]]) {
    const peak = await peakOf(["--data", folder, "--out", out, "--workers", workers, ...options]);
    const written = await sizeOf(out);
    const shares = [peak / written, peak / read].map((share) => share.toFixed(2));
    lines.push([name, megabytes(peak), megabytes(written), megabytes(read), ...shares]);
  }
  const head = ["job", "peak MB", "written MB", "read MB", "peak / written", "peak / read"];
  console.log(`Node ${process.version}, ${rows} rows, ${workers} workers`);
  console.log(formatTable(head, lines, new Set([1, 2, 3, 4, 5])));
}

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    workers: { type: "string", default: "2" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(usage);
else if (!existsSync("/proc/self/status")) throw new Error("There is no /proc here: this needs Linux.");
else await measure(Number(values.rows), values.workers);
