import type { TraceEvent } from "nogil";
import { expect } from "vitest";

// timestamps are whole nanoseconds in microseconds
const nanoseconds = (microseconds: number) => Math.round(microseconds * 1000);

/** Checks a timeline against the Trace Event Format, and that no two spans on a row cross. */
export function expectSound(events: readonly TraceEvent[]): void {
  for (const event of events) {
    // no begins and ends, of which viewers pair those of different rows
    expect("XiCsfM").toContain(event.ph);
    expect(event.name).toBeTypeOf("string");
    expect(event.ts).toBeGreaterThanOrEqual(0);
    expect(Number.isInteger(event.pid) && Number.isInteger(event.tid)).toBe(true);
    if (event.ph === "X") expect(event.dur).toBeGreaterThanOrEqual(0);
  }
  const rows = groupBy(events, ({ pid, tid }) => `${pid}/${tid}`);
  for (const row of rows.values()) {
    const spans = row.filter(({ ph }) => ph === "X");
    if (spans.length === 0) continue;
    expect(row.filter(({ ph, name }) => ph === "M" && name === "thread_name")).toHaveLength(1);
    expectNested(spans);
    expectBound(row);
  }
  for (const [, ends] of groupBy(
    events.filter(({ ph }) => ph === "s" || ph === "f"),
    ({ id }) => id,
  )) {
    expect(ends.map(({ ph }) => ph)).toEqual(["s", "f"]);
    expect(ends[0].ts).toBeLessThanOrEqual(ends[1].ts);
  }
}

// spans of which one contains the other may share a row, as the steps of a batch do
function expectNested(spans: readonly TraceEvent[]): void {
  const ends: number[] = [];
  const inOrder = spans
    .map(({ ts, dur }) => ({ from: nanoseconds(ts), to: nanoseconds(ts + dur!) }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  for (const { from, to } of inOrder) {
    while (ends.length > 0 && ends.at(-1)! <= from) ends.pop();
    if (ends.length > 0) expect(to).toBeLessThanOrEqual(ends.at(-1)!);
    ends.push(to);
  }
}

// Perfetto hangs an end of an arrow on what began last on its row, in the order of time and then of the file, a mark as well
function expectBound(row: readonly TraceEvent[]): void {
  let last: TraceEvent | undefined;
  for (const event of [...row].sort((a, b) => a.ts - b.ts)) {
    if (event.ph === "X" || event.ph === "i") last = event;
    if (event.ph !== "s" && event.ph !== "f") continue;
    expect(last?.ph).toBe("X");
    expect(nanoseconds(event.ts)).toBeLessThanOrEqual(nanoseconds(last!.ts + last!.dur!));
  }
}

/** The name of each event's row. */
export function rowNames(events: readonly TraceEvent[]): (event: TraceEvent) => string {
  const names = new Map(
    events
      .filter(({ ph, name }) => ph === "M" && name === "thread_name")
      .map(({ pid, tid, args }) => [`${pid}/${tid}`, String(args!.name)]),
  );
  return ({ pid, tid }) => names.get(`${pid}/${tid}`)!;
}

function groupBy<T, K>(all: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}
