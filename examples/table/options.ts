import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export const usage = `Scales and encodes a table that is larger than the memory that the job takes.

npx tsx examples/table/main.ts [options]

  --rows N       make a table of N rows  (default: 1000000)
  --data DIR     take the table that lies in a folder, as files *.arrow, instead
  --out DIR      where the table and what was found go  (default: examples/table/out)
  --workers N    threads that run kernels  (default: 2)
  --check        compare what was written with plain TypeScript over the whole table
  --whole        put all rows into one batch, to see what that takes
  --help         this text
`;

export interface Options {
  /** a folder of Arrow files, or how many rows to make */
  readonly source: { readonly data: string } | { readonly rows: number };
  readonly out: string;
  readonly workers: number;
  readonly check: boolean;
  readonly whole: boolean;
  readonly help: boolean;
}

/** @throws Error telling in one sentence what is wrong with the command line */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      rows: { type: "string" },
      out: { type: "string", default: fileURLToPath(new URL("out", import.meta.url)) },
      workers: { type: "string", default: "2" },
      check: { type: "boolean", default: false },
      whole: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { data, rows = "1000000", out, workers, check, whole, help } = values;
  if (data !== undefined && values.rows !== undefined) {
    throw new Error("--data and --rows exclude each other: give a folder, or a number of rows to make.");
  }
  if (!/^[1-9]\d{0,8}$/.test(rows)) {
    throw new Error(`--rows takes a whole number from 1 to 999999999, got "${rows}".`);
  }
  if (!/^[1-9]\d{0,2}$/.test(workers)) {
    throw new Error(`--workers takes a whole number from 1 to 999, got "${workers}".`);
  }
  for (const [name, folder] of Object.entries({ data, out })) {
    if (folder === "") throw new Error(`--${name} takes a folder, got an empty name.`);
  }
  const source = data === undefined ? { rows: Number(rows) } : { data };
  return { source, out, workers: Number(workers), check, whole, help };
}
