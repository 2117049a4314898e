import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Mutation } from "./mutations.js";

export interface FuzzOptions {
  /** URL of a module that exports a `Target` as `target` */
  readonly target: URL;
  /** how many damaged files the suite reads; NOGIL_FUZZ_SECONDS reads for so long instead */
  readonly files: number;
  readonly seed?: number;
}

/** How many damaged files of a kind were read, and how many refused. */
export type Counts = Record<Mutation["kind"], { read: number; refused: number }>;

export interface Report {
  readonly counts: Counts;
  /** how often each error came, without its numbers */
  readonly errors: Readonly<Record<string, number>>;
  /** of the file that took most of it, in parts of what is allowed */
  readonly memory: number;
}

const watchdog = 10_000;
const seconds = Number(process.env.NOGIL_FUZZ_SECONDS ?? 0);

/** How long a test that fuzzes may take. */
export const fuzzTimeout = 60_000 + 1000 * seconds;

/**
 * Reads damaged files in a thread with little memory.
 * @throws Error with the file, in base64, that was read wrongly, refused with a message of somebody else, took too much
 * memory, or was not done within ten seconds
 */
export async function fuzz({ target, files, seed = 1 }: FuzzOptions): Promise<Report> {
  // where the thread writes down which file it reads, so that it is known however the thread ends
  const current = new SharedArrayBuffer(1 << 20);
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
    workerData: { target: fileURLToPath(target), files, seed, seconds, current },
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  const read = new Int32Array(current, 0, 2);
  const file = () =>
    Buffer.from(new Uint8Array(current, 8).slice(0, Atomics.load(read, 1))).toString("base64");
  try {
    return await new Promise<Report>((resolve, reject) => {
      let before = -1;
      const timer = setInterval(() => {
        const now = Atomics.load(read, 0);
        if (now === before) reject(new Error(`File ${now} was not done within 10 s: ${file()}`));
        before = now;
      }, watchdog);
      worker.once("message", resolve);
      worker.once("error", (error) =>
        reject(new Error(`File ${Atomics.load(read, 0)}: ${error.message}: ${file()}`, { cause: error })),
      );
      worker.once("exit", (code) => reject(new Error(`The thread ended with ${code}: ${file()}`)));
      worker.once("exit", () => clearInterval(timer));
    });
  } finally {
    await worker.terminate();
  }
}

/** What the long form prints. */
export function printReport(name: string, { counts, errors, memory }: Report): void {
  if (seconds === 0) return;
  console.log(name, `most memory: ${(100 * memory).toFixed(0)} % of what is allowed`);
  console.table(counts);
  console.table(errors);
}
