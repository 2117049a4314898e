import { PipelineError, type StepTime } from "nogil";
import { fixed, formatTable } from "../format-table.js";
import type { Fit } from "./fit.js";

/** What was found about each column. */
export function columnTable({ numeric, categorical }: Fit): string {
  const numbers = numeric.map(({ name, missing, quartiles, scale }) => [
    name,
    ...quartiles.map((value) => value.toPrecision(6)),
    scale.toPrecision(6),
    String(missing),
  ]);
  const categories = categorical.map(({ name, categories, counts, missing }) => [
    name,
    String(categories.length),
    mostFrequent(categories, counts),
    String(missing),
  ]);
  const tables = [
    numbers.length > 0 &&
      formatTable(
        ["numbers", "25 %", "median", "75 %", "scale", "missing"],
        numbers,
        new Set([1, 2, 3, 4, 5]),
      ),
    categories.length > 0 &&
      formatTable(["categories", "how many", "most frequent", "missing"], categories, new Set([1, 3])),
  ];
  return tables.filter(Boolean).join("\n\n");
}

function mostFrequent(categories: readonly string[], counts: readonly number[]): string {
  const most = categories.map((category, i) => [category, counts[i]] as const);
  most.sort(([, a], [, b]) => b - a);
  return most
    .slice(0, 3)
    .map(([category, count]) => `${category} (${count})`)
    .join(", ");
}

/** Milliseconds of each step. */
export function timeTable(times: readonly Pick<StepTime, "step" | "total">[]): string {
  const lines = times.map(({ step, total }) => [step, fixed(total, 1)]);
  return formatTable(["step", "ms"], lines, new Set([1]));
}

export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(2);
}

export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** What to tell of an error: what is wrong with files and tables needs no stack. */
export function explain(error: unknown): unknown {
  const cause = error instanceof PipelineError ? error.cause : error;
  if (!(cause instanceof Error)) return error;
  const expected = ["TableError", "Interrupted"].includes(cause.name) || "syscall" in cause;
  return expected ? cause.message : error;
}
