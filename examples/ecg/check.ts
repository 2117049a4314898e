import { isDeepStrictEqual } from "node:util";
import type { Parallel, Target } from "nogil";
import { fixed, formatTable } from "../format-table.js";
import { type Components, EcgBatch } from "./ecg-batch.js";
import { steps } from "./steps.js";

/** What one step took, and whether target `for` makes the same of the same records. */
export interface StepReport {
  readonly name: string;
  readonly target: Target;
  /** milliseconds on the declared target, and in order in this thread */
  readonly declared: number;
  readonly inOrder: number;
  /** the first record and component that differ */
  readonly difference?: string;
}

/** Runs every step twice, on its declared target and under `for`, and compares what they make bit by bit. */
export async function compareWithFor(names: readonly string[], dir: string): Promise<StepReport[]> {
  let declared = EcgBatch.from(names);
  let inOrder = EcgBatch.from(names);
  const reports: StepReport[] = [];
  for (const { name, target, makes, run } of steps) {
    const start = performance.now();
    declared = await run(declared, dir);
    const middle = performance.now();
    inOrder = await run(inOrder.with({ target: "for" }), dir);
    const end = performance.now();
    reports.push({
      name,
      target,
      declared: middle - start,
      inOrder: end - middle,
      difference: firstDifference(declared, inOrder, makes),
    });
  }
  declared.dispose();
  inOrder.dispose();
  return reports;
}

function firstDifference(
  a: Parallel<EcgBatch>,
  b: Parallel<EcgBatch>,
  components: readonly (keyof Components)[],
): string | undefined {
  if (!isDeepStrictEqual(a.indices, b.indices)) return `${a.length} records, ${b.length} under "for"`;
  for (const name of a.indices) {
    const [left, right] = [a.at(name), b.at(name)];
    const different = components.find((component) => !isDeepStrictEqual(left[component], right[component]));
    if (different) return `${different} of ${name}`;
  }
  return undefined;
}

/** Reports of several batches, each step added up. */
export function addReports(all: readonly (readonly StepReport[])[]): StepReport[] {
  return all.reduce<StepReport[]>(
    (sums, reports) =>
      reports.map((report, i) => ({
        ...report,
        declared: report.declared + (sums[i]?.declared ?? 0),
        inOrder: report.inOrder + (sums[i]?.inOrder ?? 0),
        difference: sums[i]?.difference ?? report.difference,
      })),
    [],
  );
}

/** The steps with their targets and milliseconds, each target's sum, and whether all agree. */
export function checkTable(reports: readonly StepReport[]): string {
  const targets = [...new Set(reports.map(({ target }) => target))];
  const lines = [
    ...reports.map((report) => [
      report.name,
      report.target,
      fixed(report.declared, 1),
      fixed(report.inOrder, 1),
      report.difference ? `differs: ${report.difference}` : "same",
    ]),
    ...targets.map((target) => {
      const own = reports.filter((report) => report.target === target);
      const sum = (key: "declared" | "inOrder") => own.reduce((total, report) => total + report[key], 0);
      return ["all steps", target, fixed(sum("declared"), 1), fixed(sum("inOrder"), 1), ""];
    }),
  ];
  return formatTable(["step", "target", "ms", 'ms under "for"', "results"], lines, new Set([2, 3]));
}
