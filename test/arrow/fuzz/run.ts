import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Trouble {
  readonly index: number;
  /** the file, and what was done to it */
  readonly what: string;
  readonly trouble: string;
}

export interface Fuzzed {
  /** by kind of case, how many ended how */
  readonly counts: Record<string, Record<string, number>>;
  readonly troubles: readonly Trouble[];
}

const mostTroubles = 10;

/**
 * Reads the files of a folder, whole and damaged, in a process of its own, which has few megabytes for objects and is
 * ended when it reads one case for 10 s: that is trouble.
 */
export async function fuzz(
  folder: string,
  seed: number,
  cases: number,
  { env = {}, mostMs = 10_000 }: { env?: Record<string, string>; mostMs?: number } = {},
): Promise<Fuzzed> {
  const counts: Fuzzed["counts"] = {};
  const troubles: Trouble[] = [];
  for (let from = 0; from < cases && troubles.length < mostTroubles; ) {
    const { last, ended } = await part(folder, seed, from, cases, counts, troubles, env, mostMs);
    if (ended === undefined) break;
    troubles.push({ ...last, trouble: ended });
    from = last.index + 1;
  }
  return { counts, troubles };
}

/** @returns the last case, and how the process ended where that was not by itself */
function part(
  folder: string,
  seed: number,
  from: number,
  to: number,
  counts: Fuzzed["counts"],
  troubles: Trouble[],
  env: Record<string, string>,
  mostMs: number,
): Promise<{ last: { index: number; what: string }; ended?: string }> {
  const reader = fileURLToPath(new URL("./reader.ts", import.meta.url));
  const flags = ["--import", "tsx", "--max-semi-space-size=1", "--max-old-space-size=192"];
  const child = spawn(process.execPath, [...flags, reader, folder, `${seed}`, `${from}`, `${to}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let last = { index: from, what: "before the first case" };
  let errors = "";
  let slow = false;
  let done = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      slow = true;
      child.kill("SIGKILL");
    }, ms);
  };
  watch(60_000);
  child.stderr.on("data", (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    watch(mostMs);
    const said = JSON.parse(line);
    if (said.what !== undefined) last = said;
    else if (said.trouble !== undefined) troubles.push({ ...last, trouble: said.trouble });
    else {
      done = true;
      add(counts, said.counts);
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const how = slow ? `took more than ${mostMs / 1000} s` : `ended by ${signal ?? code}: ${errors}`;
      resolve({ last, ended: done ? undefined : how });
    });
  });
}

function add(counts: Fuzzed["counts"], more: Fuzzed["counts"]): void {
  for (const [kind, outcomes] of Object.entries(more)) {
    counts[kind] ??= {};
    for (const [outcome, count] of Object.entries(outcomes)) {
      counts[kind][outcome] = (counts[kind][outcome] ?? 0) + count;
    }
  }
}
