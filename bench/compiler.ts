import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Kernel } from "nogil";
import { build } from "nogil/compiler";
import { frameBytes, writeFrame } from "../src/abi/frame.js";
import { measure, median, report } from "./measure.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const cli = fileURLToPath(new URL("../dist/compiler/cli.js", import.meta.url));
const n = 4096;
const side = 128;

/** What checked rows cost beside raw memory, what a build takes, and how large modules are. */
export async function compiler(): Promise<void> {
  // inside the package, where built modules find "nogil"
  await mkdir(join(here, "build"), { recursive: true });
  const folder = await mkdtemp(join(here, "build/compiler-"));
  try {
    await rowsAgainstRawMemory(folder);
    await buildTimes(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Load = Float64Array | Float32Array | Uint8Array | Int32Array;

async function rowsAgainstRawMemory(folder: string): Promise<void> {
  await build("assembly/compiler.ts", { cwd: here, out: folder, allowUnsafe: true });
  const module = new WebAssembly.Module(await readFile(join(folder, "compiler.wasm")));
  const memory = new WebAssembly.Memory({ initial: 1024, maximum: 65536, shared: true });
  const abort = () => {
    throw new Error("A kernel of the benchmark failed.");
  };
  const exports = new WebAssembly.Instance(module, { env: { memory, abort } }).exports as Record<
    string,
    (...args: number[]) => number
  >;
  exports.arena(4 << 20, 1 << 20);
  exports.start();
  exports.mark();

  let free = 8 << 20;
  const at = <T extends Load>(
    Type: new (b: SharedArrayBuffer, at: number, n: number) => T,
    length: number,
    value: (i: number) => number,
  ): T => {
    const array = new Type(memory.buffer as unknown as SharedArrayBuffer, free, length);
    for (let i = 0; i < length; i++) array[i] = value(i);
    free += (array.byteLength + 15) & ~15;
    return array;
  };
  const wave = (i: number) => Math.sin(i * 0.37);
  const cases: { name: string; rows: Load[]; items: number; elements: number }[] = [
    { name: "standardize", rows: [at(Float64Array, n, wave)], items: 200, elements: n },
    {
      name: "stencil",
      rows: [at(Float32Array, n, wave), at(Float32Array, n, () => 0)],
      items: 200,
      elements: n,
    },
    {
      name: "histogram",
      rows: [at(Uint8Array, n, (i) => (i * 2654435761) >>> 13), at(Int32Array, 256, () => 0)],
      items: 200,
      elements: n,
    },
    {
      name: "matmul",
      rows: [wave, wave, () => 0].map((value) => at(Float64Array, side * side, value)),
      items: 1,
      elements: side ** 3,
    },
  ];
  for (const { name, rows, items, elements } of cases) {
    const frame = (free + 15) & ~15;
    const parameters = rows.map((row) => ({
      base: row.byteOffset,
      stride: 0,
      length: row.length,
      lengths: 0,
    }));
    writeFrame(memory.buffer, frame, { results: 0, lengths: 0, parameters });
    const cell = frame + frameBytes(parameters.length);
    const output = rows.at(-1)!;
    const first = rows[0].slice();
    const results: Load[] = [];
    const candidate = (suffix: string, label: string) => ({
      name: label,
      work: () => exports[`run$${name}${suffix}`](0, items, frame, cell),
    });
    const measured = await measure(
      [candidate("Raw", "raw loads"), candidate("Rows", "checked rows")],
      () => {
        results.push(output.slice());
        rows[0].set(first as never);
        if (output !== rows[0]) output.fill(0);
        if (results.length === 2 && String(results[0]) !== String(results[1])) {
          throw new Error(`${name}: rows and raw memory return different results.`);
        }
      },
      { rounds: 31, warmUp: 10 },
    );
    report(`${name}: ns an element`, "ns", 1e6 / (items * elements), measured);
    const [raw, checked] = measured.map(({ times }) => times[0]);
    console.log(
      `checked rows take ${(checked / raw).toFixed(2)} times what raw loads take, fastest round against fastest`,
    );
  }
}

async function buildTimes(folder: string): Promise<void> {
  const one = "export function f0(x: Float64Array): void { for (let i = 0; i < x.length; i++) x[i] *= 2; }\n";
  const thirty = Array.from({ length: 30 }, (_, k) =>
    one.replace("f0", `f${k}`).replace("*= 2", `*= ${k + 2}`),
  ).join("");
  await writeFile(join(folder, "one.ts"), one);
  await writeFile(join(folder, "thirty.ts"), thirty);
  const builds = (file: string, force: boolean) => () => build(file, { cwd: folder, force });
  const measured = await measure(
    [
      { name: "one kernel, built", work: builds("one.ts", true) },
      { name: "thirty kernels, built", work: builds("thirty.ts", true) },
      { name: "one kernel, up to date", work: builds("one.ts", false) },
      { name: "thirty kernels, up to date", work: builds("thirty.ts", false) },
    ],
    () => {},
    { rounds: 5, warmUp: 1 },
  );
  report("build in a warm process", "ms", 1, measured);
  const command =
    (file: string, ...options: string[]) =>
    () =>
      promisify(execFile)(process.execPath, [cli, "build", file, ...options], { cwd: folder });
  const cold = await measure(
    [
      { name: "one kernel, built", work: command("one.ts", "--force") },
      { name: "thirty kernels, built", work: command("thirty.ts", "--force") },
      { name: "one kernel, up to date", work: command("one.ts") },
    ],
    () => {},
    { rounds: 5, warmUp: 0 },
  );
  report("build by the command, in a process of its own", "ms", 1, cold);
  const sizes: Record<string, object> = {};
  for (const name of ["one", "thirty"]) {
    const { [name === "one" ? "f0" : "f29"]: kernel } = (await import(
      pathToFileURL(join(folder, "build", `${name}.js`)).href
    )) as Record<string, Kernel>;
    const code = (await readFile(join(folder, "build", `${name}.wasm`))).length;
    const { staticBytes, relocations } = kernel.module.description;
    sizes[name] = {
      "code bytes": code,
      "static bytes": staticBytes,
      relocations: relocations.leb.length + relocations.le.length,
    };
  }
  console.table(sizes);
  console.log(`median of a build: ${median(measured[0].times).toFixed(0)} ms`);
}
