import { inspectKey } from "./console.js";

/** Gives plain data a text for people, in `String()` and on Node's console; JSON and copies do not see it. */
export function readable<T extends object>(data: T, text: (data: T) => string): T {
  const write = { value: () => text(data), enumerable: false };
  return Object.defineProperties(data, { toString: write, [inspectKey]: write });
}

/** What was thrown, as a text; not everything that can be thrown can be made one. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

/** Rows of equal keys as lines of aligned columns, numbers to the right. */
export function table(rows: readonly object[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => {
    const values = rows.map((row) => (row as Record<string, unknown>)[name]);
    const cells = [name, ...values.map(cell)];
    const width = Math.max(...cells.map(({ length }) => length));
    const right = values.every((value) => typeof value === "number" || value === undefined);
    return cells.map((text) => (right ? text.padStart(width) : text.padEnd(width)));
  });
  return [0, ...rows.map((_, i) => i + 1)]
    .map((line) => `  ${columns.map((column) => column[line]).join("  ")}`.trimEnd())
    .join("\n");
}

function cell(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "number" ? rounded(value) : String(value);
}

/** A number with three digits that count, whole ones whole. */
export function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}

/** `1 item`, `2 items`. */
export function count(n: number, noun: string, plural = "s"): string {
  return `${n} ${noun}${n === 1 ? "" : plural}`;
}

/** `350 µs`, `4.2 ms`, `12.5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 0.9995) return `${rounded(Math.round(milliseconds * 1e6) / 1000)} µs`;
  return milliseconds < 999.5 ? `${rounded(milliseconds)} ms` : `${rounded(milliseconds / 1000)} s`;
}

/** `512 bytes`, `1.5 KiB`, `2 GiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1).replace(/\.0$/, "")} ${["", "KiB", "MiB", "GiB"][power]}`;
}
