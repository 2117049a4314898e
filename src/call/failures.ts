import { type Inspect, type InspectOptions, inspectKey, mostShown } from "../base/console.js";
import { textOf } from "../base/text.js";
import type { Failure } from "../events/events.js";

// what an error of ours says at most, remedy and paths included
const longest = 1000;
const mostReasons = 3;
const mostPrinted = 10;

/** `item 5`, or `item 5 ("A00005")`. */
function itemName({ item, id }: Pick<Failure, "item" | "id">): string {
  return id === undefined || id === item ? `item ${item}` : `item ${item} (${JSON.stringify(id)})`;
}

/** An error in one line, of which not more than people read. */
export function shortText(error: unknown): string {
  const text = textOf(error);
  const line = text.slice(0, 2 * longest).replace(/\s+/g, " ");
  return line.length < longest && text.length < 2 * longest ? line : `${line.slice(0, longest)}…`;
}

/** `item 5: RangeError: an empty row has no peak (kernels.ts:18)`. */
export function failureText(failure: Failure): string {
  return `${itemName(failure)}: ${reasonOf(failure)}`;
}

function reasonOf({ error }: Failure): string {
  return shortText(error) + placeOf(error);
}

// kernels tell their source line, which no JavaScript stack has
function placeOf(error: Error & { file?: unknown; line?: unknown }): string {
  return error.file === undefined ? "" : ` (${error.file}:${error.line})`;
}

/** The failures behind the first, equal ones together, a few of them: lines for a list. */
export function otherFailures(failures: readonly Failure[]): string[] {
  if (failures.length < 2) return [];
  const reasons = new Map<string, { readonly first: Failure; count: number }>();
  for (const failure of failures) {
    const reason = reasonOf(failure);
    const known = reasons.get(reason);
    if (known) known.count++;
    else if (reasons.size < mostReasons) reasons.set(reason, { first: failure, count: 1 });
  }
  const listed = [...reasons].filter(([, { first, count }]) => first !== failures[0] || count > 1);
  const lines = listed.map(
    ([reason, { first, count }]) => `${itemName(first)}${andMore(count - 1)}: ${reason}`,
  );
  const told = [...reasons.values()].reduce((sum, { count }) => sum + count, 0);
  const rest = failures.length - told;
  return rest > 0 ? [...lines, `and ${grouped(rest)} more: see error.failures`] : lines;
}

function andMore(count: number): string {
  return count > 0 ? ` and ${grouped(count)} more` : "";
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** A few failures as plain data, for JSON. */
export function failuresForJson(failures: readonly Failure[]): object {
  const rest = failures.length - mostPrinted;
  const first = failures
    .slice(0, mostPrinted)
    .map(({ item, id, error }) => ({ item, id, error: shortText(error) }));
  return rest > 0 ? { failures: first, more: rest } : { failures: first };
}

/** Makes a list of failures print in lines, a few of them. */
export function printable(failures: readonly Failure[]): readonly Failure[] {
  return Object.defineProperty(failures, inspectKey, { value: inspectFailures });
}

function inspectFailures(this: readonly Failure[], depth: number, options: InspectOptions): string {
  const head = `Failures(${this.length})`;
  if (depth < 0) return `[${head}]`;
  const most = mostShown(options, mostPrinted);
  const lines = this.slice(0, most).map(failureText);
  if (this.length > most) lines.push(`… ${grouped(this.length - most)} more`);
  return `${head} [${lines.map((line) => `\n  ${line}`).join("")}\n]`;
}

/** What Node's console prints of results: errors in a line each. */
export function inspectResults(
  this: readonly unknown[] & { readonly failures: readonly Failure[] },
  depth: number,
  options: InspectOptions,
  inspect: Inspect,
): string {
  const { length, failures } = this;
  const failed = failures.length > 0 ? `, ${grouped(failures.length)} failed` : "";
  const head = `Results(${length}${failed})`;
  if (depth < 0) return `[${head}]`;
  const most = mostShown(options, failures.length > 0 ? mostPrinted : 100);
  const shown = Array.prototype.slice
    .call(this, 0, most)
    .map((value) => (value instanceof Error ? inALine(value) : value));
  // so that the number of those left out is said
  shown.length = length;
  return `${head} ${inspect(shown, { ...options, maxArrayLength: most })}`;
}

function inALine(error: Error): object {
  return { [inspectKey]: () => `[${shortText(error)}]` };
}
