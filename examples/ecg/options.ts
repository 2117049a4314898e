import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkFolders, wholeNumber } from "../command-line.js";

export const usage = `Finds the heartbeats in ECG recordings, with a target of nogil for each kind of work.

npm start -- [options]

  --data DIR     folder of WFDB records of one lead (NAME.hea with NAME.mat, format 16)
  --records N    make N recordings with an ECG model instead  (default: 64)
  --out DIR      where the page with the plots goes  (default: examples/ecg/out)
  --check        compare every record with target "for", not only the first 64
  --help         this text
`;

export interface Options {
  /** a folder of records, or how many to make */
  readonly source: { readonly data: string } | { readonly records: number };
  readonly out: string;
  readonly check: boolean;
  readonly help: boolean;
}

/** @throws Error telling in one sentence what is wrong with the command line */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: "string" },
      records: { type: "string" },
      out: { type: "string", default: fileURLToPath(new URL("out", import.meta.url)) },
      check: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { data, records = "64", out, check, help } = values;
  if (data !== undefined && values.records !== undefined) {
    throw new Error(
      "--data and --records exclude each other: pass a folder, or a number of recordings to make.",
    );
  }
  const made = wholeNumber("records", records, 999_999);
  checkFolders({ data, out });
  return { source: data === undefined ? { records: made } : { data }, out, check, help };
}
