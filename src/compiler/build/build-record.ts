import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { readRegular } from "./regular-files.js";
import { readSource } from "./source-files.js";

/** What a build was made of and what it made: as long as nothing of that changed, there is nothing to do. */
export interface BuildRecord {
  /** versions and options */
  readonly settings: string;
  /** hash of each file that the compiler asked for, from the working directory; null where there was none */
  readonly inputs: Readonly<Record<string, string | null>>;
  readonly outputs: Readonly<Record<string, string>>;
}

export const hash = (content: string | Uint8Array) =>
  createHash("sha256").update(content).digest("hex").slice(0, 32);

export function recordInputs(inputs: ReadonlyMap<string, string | null>): BuildRecord["inputs"] {
  // in order, since the compiler asks for several files at once
  return Object.fromEntries(
    [...inputs.keys()].sort().map((path) => {
      const content = inputs.get(path) ?? null;
      return [path, content === null ? null : hash(content)];
    }),
  );
}

/** Whether building with these settings again would give the files that are there. */
export async function isUpToDate(
  record: BuildRecord | undefined,
  settings: string,
  cwd: string,
  out: string,
): Promise<boolean> {
  if (record?.settings !== settings) return false;
  const isSame = (content: string | Uint8Array | undefined, expected: string | null) =>
    (content === undefined ? null : hash(content)) === expected;
  const checks = [
    ...Object.entries(record.inputs).map(async ([path, expected]) => {
      return isSame((await readSource(resolve(cwd, path)))?.text, expected);
    }),
    ...Object.entries(record.outputs).map(async ([name, expected]) => {
      return isSame(await readRegular(join(out, name)), expected);
    }),
  ];
  return (await Promise.all(checks)).every(Boolean);
}
