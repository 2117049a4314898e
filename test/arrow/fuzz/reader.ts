// a process that reads cases and says what became of them: node --import tsx reader.ts <folder> <seed> <from> <to>

import { readdirSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { takeBytes } from "./memory.js";
import { type Case, caseOf } from "./mutations.js";
import { strange } from "./outcome.js";

// after the arrays that are counted
const { giveCodecs } = await import("../integration/codecs.js");
const { plainItems } = await import("../integration/compare.js");
const { Batch } = await import("nogil");
const { fromArrow, readArrow } = await import("nogil/arrow");
const { sharedMemory } = await import("../../../dist/columns/memory.js");
const { readFileBytes, readStreamBytes } = await import("../../../dist/arrow/ipc/in-memory.js");
const { framesIn } = await import("../../../dist/arrow/ipc/framing.js");
const { isFile } = await import("../../../dist/arrow/ipc/file-layout.js");
const { Budget } = await import("../../../dist/arrow/ipc/budget.js");

class Rows extends Batch<any, any> {}

type Said = {
  readonly values?: string;
  readonly rows?: number;
  readonly error?: string;
  readonly strange?: string;
};

const [folder, seed, from, to] = process.argv.slice(2);
const names = readdirSync(folder).filter((name) => !name.startsWith("."));
const files = names.map((name) => new Uint8Array(readFileSync(join(folder, name))));
const path = join(folder, `.case-${process.pid}`);
giveCodecs();

const said = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);
const originals = new Map<number, { readonly options: object; readonly said: Said }>();
const counts: Record<string, Record<string, number>> = {};

async function judge(one: Case, { options, said: whole }: { options: object; said: Said }, index: number) {
  const measured = await measure(() => read(one.bytes, options), one.bytes.length);
  const { values, rows, error } = measured.said;
  const troubles = [measured.said.strange, measured.trouble];
  if (index % 4 === 0) {
    const again = await measure(() => readByFile(one.bytes, options), one.bytes.length);
    troubles.push(again.said.strange, again.trouble && `readArrow: ${again.trouble}`);
    // batch by batch, values come to the same
    if ((again.said.error === undefined) !== (error === undefined) || again.said.values !== values) {
      troubles.push(`readArrow: ${again.said.error ?? again.said.values}\nfromArrow: ${error ?? values}`);
    }
  }
  if (one.kind === "flipped" && error === undefined && whole.rows !== undefined && rows !== whole.rows) {
    troubles.push(`${rows} rows, of ${whole.rows}`);
  }
  const outcome = error !== undefined ? "error" : values === whole.values ? "right values" : "other values";
  return { outcome, trouble: troubles.filter((each) => each !== undefined && each !== "").join("\n") };
}

/** Bytes that values take at once, and whether these are too many. */
async function measure(make: () => Promise<Said>, size: number): Promise<{ said: Said; trouble?: string }> {
  const { heap } = sharedMemory();
  takeBytes();
  const before = process.memoryUsage().heapUsed;
  const sharedBefore = heap.usedBytes;
  peak = 0;
  const own = await make();
  const arrays = takeBytes() + Math.max(0, peak - sharedBefore);
  const objects = Math.max(0, heapPeak - before);
  const most = 8 * size + 2 ** 24;
  const used = arrays + objects;
  return used > most
    ? {
        said: own,
        trouble: `took ${arrays} bytes of arrays and ${objects} of objects, where ${most} is the most`,
      }
    : { said: own };
}

let peak = 0;
let heapPeak = 0;
const notePeak = () => {
  peak = Math.max(peak, sharedMemory().heap.usedBytes);
  heapPeak = process.memoryUsage().heapUsed;
};

async function read(bytes: Uint8Array, options: object): Promise<Said> {
  try {
    const batch = await fromArrow(bytes, Rows, options);
    makeTrouble(batch);
    notePeak();
    const result = { values: textOf({ indices: batch.indices, ...batch.data }), rows: batch.length };
    batch.dispose();
    return result;
  } catch (error) {
    notePeak();
    return { error: messageOf(error), strange: strange(error) };
  }
}

const kept: unknown[] = [];

/** What has to be found, to see that it is. */
function makeTrouble(batch: any): void {
  switch (process.env.ARROW_FUZZ_TROUBLE) {
    case "memory":
      kept.push(new Float64Array(2 ** 22));
      break;
    case "objects":
      kept.push(Array.from({ length: 2 ** 19 }, (_, i) => [i]));
      break;
    case "forever":
      for (;;);
    case "odd":
      kept.push((undefined as any).length);
      break;
    case "values":
      batch.data.x.values[0]++;
  }
}

async function readByFile(bytes: Uint8Array, options: object): Promise<Said> {
  writeFileSync(path, bytes);
  try {
    const all: Record<string, unknown[]> = {};
    let rows = 0;
    for await (const batch of readArrow(path, Rows, options)) {
      notePeak();
      rows += batch.length;
      for (const [name, component] of Object.entries({
        indices: batch.indices,
        ...(batch.data as Record<string, any>),
      })) {
        all[name] = [...(all[name] ?? []), ...plainItems(component)];
      }
      batch.dispose();
    }
    return { values: textOf(all), rows };
  } catch (error) {
    notePeak();
    return { error: messageOf(error), strange: strange(error, path) };
  }
}

/** All that can be read of a file, and how. */
async function original(file: number): Promise<{ options: object; said: Said }> {
  const bytes = files[file];
  const options: { nulls: number; columns?: string[]; dtypes?: Record<string, string> } = { nulls: 0 };
  let all = await read(bytes, options);
  for (let tries = 0; tries < 60 && all.error !== undefined; tries++) {
    const name = /^The column "(.*?)" \(/.exec(all.error)?.[1];
    if (name === undefined) break;
    if (all.error.includes("f64 does not hold exactly"))
      options.dtypes = { ...options.dtypes, [name]: "f64" };
    else options.columns = (options.columns ?? columnsOf(bytes)).filter((each) => each !== name);
    all = await read(bytes, options);
  }
  return { options, said: all };
}

function columnsOf(bytes: Uint8Array): string[] {
  const open = isFile(bytes)
    ? readFileBytes(bytes, never, new Budget(0))
    : readStreamBytes([bytes], never, new Budget(0));
  return open.reading.schema.fields.map(({ name }) => name);
}

const bodies = new Map<number, [number, number][]>();

/** Whether a byte is one of values, and not of what describes them. */
function isInBody(file: number, at: number): boolean {
  const ranges = bodies.get(file) ?? bodiesOf(files[file]);
  bodies.set(file, ranges);
  return ranges.some(([begin, end]) => at >= begin && at < end);
}

function bodiesOf(bytes: Uint8Array): [number, number][] {
  const begin = isFile(bytes) ? 8 : 0;
  const ranges: [number, number][] = [];
  try {
    for (const { body } of framesIn(bytes.subarray(begin))) {
      const at = body.byteOffset - bytes.byteOffset;
      ranges.push([at, at + body.length]);
    }
  } catch {
    // a file has its footer there
  }
  return ranges;
}

const never = (): never => {
  throw new Error("Only names are asked for.");
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

// a component without items may be missing where there was no batch
function textOf(data: Record<string, any>): string {
  return JSON.stringify(
    Object.entries(data)
      .filter(([, component]) => component.length > 0)
      .map(([name, component]) => [name, plainItems(component)]),
    (_, value) =>
      typeof value === "bigint"
        ? `${value}n`
        : Object.is(value, -0) || Number.isNaN(value)
          ? String(value)
          : value,
  );
}

for (let index = Number(from); index < Number(to); index++) {
  const one = caseOf(files, Number(seed), index);
  said({ index, what: `${names[one.file]}, ${one.kind} ${one.what}` });
  const own = originals.get(one.file) ?? (await original(one.file));
  originals.set(one.file, own);
  const { outcome, trouble } = await judge(one, own, index);
  const kind =
    one.at === undefined ? one.kind : `flipped in ${isInBody(one.file, one.at) ? "values" : "metadata"}`;
  counts[kind] ??= {};
  counts[kind][outcome] = (counts[kind][outcome] ?? 0) + 1;
  if (trouble) said({ index, trouble });
}
said({ counts });
