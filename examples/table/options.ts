import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkFolders, wholeNumber } from "../command-line.js";

export const usage = `Scales and encodes a table that is larger than the memory that the job takes.

npx tsx examples/table/main.ts [options]

  --rows N       make a table of N rows  (default: 1000000)
  --data DIR     read the table from the files *.arrow of a folder instead
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
    throw new Error("--data and --rows exclude each other: pass a folder, or a number of rows to make.");
  }
  const made = wholeNumber("rows", rows, 999_999_999);
  const threads = wholeNumber("workers", workers, 999);
  checkFolders({ data, out });
  const source = data === undefined ? { rows: made } : { data };
  return { source, out, workers: threads, check, whole, help };
}
