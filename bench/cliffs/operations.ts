import { cpus } from "node:os";
import { arrowOperations } from "./operations/arrow.js";
import { batchOperations } from "./operations/batches.js";
import { columnOperations } from "./operations/columns.js";
import { datasetOperations } from "./operations/datasets.js";
import { npyOperations } from "./operations/npy.js";
import type { Operation } from "./operations/operation.js";

const goal = 3;
const rounds = 5;

/**
 * Every operation that costs something an item, beside a loop over the same typed arrays that does what a careful user's
 * would: it checks ids where the operation does, and allocates what it returns.
 * @param only part of the names of those to run
 */
export async function operations(only = process.env.NOGIL_OPERATIONS): Promise<void> {
  const groups = [batchOperations, columnOperations, arrowOperations, npyOperations, datasetOperations];
  const rows: Record<string, Record<string, string>> = {};
  for (const group of groups) {
    for (const operation of await group()) {
      if (only === undefined || operation.name.includes(only)) rows[operation.name] = await timed(operation);
    }
  }
  console.log(
    `\nOperations an item, medians of processor time in ns (Node ${process.version}, ${cpus().length} cores, ${rounds} rounds); ` +
      `goal: at most ${goal} times the loop`,
  );
  console.table(rows);
}

async function timed({ items, nogil, loop, check, free }: Operation): Promise<Record<string, string>> {
  const [ours, theirs]: number[][] = [[], []];
  const first = await nogil();
  check(first, await loop());
  free?.(first);
  for (let round = -1; round < rounds; round++) {
    const start = processor();
    const made = await nogil();
    const between = processor();
    await loop();
    const end = processor();
    free?.(made);
    if (round < 0) continue;
    ours.push((1e3 * (between - start)) / items);
    theirs.push((1e3 * (end - between)) / items);
  }
  const ratio = median(ours) / median(theirs);
  return {
    nogil: median(ours).toPrecision(3),
    loop: median(theirs).toPrecision(3),
    ratio: `${ratio.toPrecision(3)}${ratio > goal ? " !" : ""}`,
  };
}

// of this process alone, in microseconds, as other programs run beside it
function processor(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
