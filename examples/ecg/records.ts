import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exported, run } from "nogil";
import { modelRecording } from "./model.js";
import { WfdbError } from "./wfdb.js";
import { writeRecord } from "./wfdb-writer.js";

const referenceFile = "REFERENCE.csv";

/** Names of the records in a folder, in order: every file `NAME.hea` is one. @throws WfdbError when there is none */
export async function recordNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const problem =
      cause.code === "ENOENT" ? "expected a folder of WFDB records, found none." : cause.message;
    throw new WfdbError(folder, problem, { cause });
  });
  const names = files.filter((file) => file.endsWith(".hea")).map((file) => file.slice(0, -".hea".length));
  if (names.length === 0) {
    throw new WfdbError(
      folder,
      `expected WFDB records, a .hea and a .mat file each; none of its ${files.length} files ends in .hea.`,
    );
  }
  return names.sort();
}

const labels = new Map<string, Promise<ReadonlyMap<string, string>>>();

/** The class of each record by its name, where the folder has a `REFERENCE.csv` with lines `NAME,CLASS`. Read once. */
export function referenceLabels(folder: string): Promise<ReadonlyMap<string, string>> {
  const known = labels.get(folder) ?? readLabels(join(folder, referenceFile));
  labels.set(folder, known);
  return known;
}

async function readLabels(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new WfdbError(file, `expected a table of classes, it cannot be read (${error.code}).`, {
      cause: error,
    });
  });
  const entries = text.split(/\r?\n/).flatMap((line, i): [string, string][] => {
    if (line.trim() === "") return [];
    const fields = line.split(",").map((field) => field.trim());
    if (fields.length !== 2) {
      throw new WfdbError(
        `${file}, line ${i + 1}`,
        `expected a name and a class, found ${JSON.stringify(line)}.`,
      );
    }
    return [[fields[0], fields[1]]];
  });
  const classes = new Map<string, string>();
  for (const [name, label] of entries) {
    const before = classes.get(name) ?? label;
    if (before !== label) {
      throw new WfdbError(file, `expected one class for ${name}, found ${before} and ${label}.`);
    }
    classes.set(name, label);
  }
  return classes;
}

/** Name of model recording `number`. */
export function modelName(number: number): string {
  return `M${String(number).padStart(5, "0")}`;
}

/** The number in a name that `modelName` made. */
export function modelNumber(name: string): number {
  return Number(name.slice(1));
}

/** Writes model recording `number` into a folder. @returns its class */
export async function makeRecord(folder: string, number: number): Promise<string> {
  const recording = modelRecording(number);
  await writeRecord(folder, modelName(number), recording);
  return recording.label;
}

/** Writes model recordings 1 to `count` into a folder, with the table of their classes. */
export async function makeRecords(folder: string, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const classes = await run(
    exported(import.meta.url, "makeRecord"),
    numbers.map((number) => [folder, number]),
    { target: "threads" },
  );
  const [failure] = classes.failures;
  if (failure) throw new Error(`${modelName(failure.item + 1)} could not be made.`, { cause: failure.error });
  const lines = numbers.map((number, i) => `${modelName(number)},${classes[i]}\n`);
  await writeFile(join(folder, referenceFile), lines.join(""));
}
