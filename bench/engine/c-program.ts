import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("./standardize.c", import.meta.url));

/** How the compiler of this machine calls itself; undefined where there is none with OpenMP. */
export function cCompiler(): string | undefined {
  try {
    compile(["-O3"]);
    return execFileSync("cc", ["--version"], { encoding: "utf8" }).split("\n")[0];
  } catch {
    return undefined;
  }
}

function compile(flags: readonly string[]): string {
  const program = join(mkdtempSync(join(tmpdir(), "nogil-bench-")), "standardize");
  execFileSync("cc", [...flags, "-fopenmp", source, "-o", program, "-lm"], { stdio: "pipe" });
  return program;
}

// threads of OpenMP look for work a while before they sleep: until then they would take a core from the next candidate
const settle = 20;

/** `standardize.c` in a process of its own, which keeps its rows and its threads, and times itself. */
export class CProgram {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  #received: Buffer[] = [];
  #more: (() => void) | undefined;

  constructor(flags: readonly string[], rows: Float64Array, count: number, threads: number) {
    const sizes = [count, rows.length / count, threads].map(String);
    this.#process = spawn(compile(flags), sizes, { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout.on("data", (data: Buffer) => {
      this.#received.push(data);
      this.#more?.();
    });
    this.#process.on("exit", (code) => {
      if (code !== 0) throw new Error(`standardize.c ended with status ${code}.`);
    });
    this.#process.stdin.write(Buffer.from(rows.slice().buffer));
  }

  /** Standardises the rows once. @returns milliseconds */
  async run(): Promise<number> {
    this.#process.stdin.write("run\n");
    const line = await this.#read((data) => data.at(-1) === 10);
    await new Promise((resolve) => setTimeout(resolve, settle));
    return Number(line.toString());
  }

  /** The rows as they are now. */
  async rows(length: number): Promise<Float64Array> {
    this.#process.stdin.write("rows\n");
    const bytes = await this.#read((data) => data.length === 8 * length);
    return new Float64Array(new Uint8Array(bytes).buffer);
  }

  end(): void {
    this.#process.stdin.end();
  }

  async #read(isWhole: (data: Buffer) => boolean): Promise<Buffer> {
    for (;;) {
      const data = Buffer.concat(this.#received);
      if (data.length > 0 && isWhole(data)) {
        this.#received = [];
        return data;
      }
      await new Promise<void>((resolve) => {
        this.#more = resolve;
      });
    }
  }
}
