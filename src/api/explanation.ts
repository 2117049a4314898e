import { bytesText, count } from "../base/text.js";
import type { ArgumentPlan, Plan } from "../call/plan.js";
import type { IgnoredOption } from "../engines/heeds.js";
import type { Target } from "../events/target.js";

/** How a call would run. Plain data, with a readable text on Node's console and in `String()`. */
export interface Explanation extends Plan {
  /** class and method, such as `EcgBatch.standardize`, or `run(median)` */
  readonly action: string;
  /** how many would run */
  readonly items: number;
  /** what was asked for */
  readonly target: Target;
  /** who asked for it */
  readonly askedBy: string;
  /** what would run the items: `for` inside a worker, whatever was asked for */
  readonly engine: Target;
  /** declaration of the kernel, if one would run: `peak(x: Float64Array, floor?: f64): f64` */
  readonly kernel?: string;
  /** whether items would run on more than one worker, or many at once on one event loop */
  readonly parallel: boolean;
  /** options of the call, wherever they were set, that have no effect on the engine */
  readonly ignored: readonly IgnoredOption[];
}

/**
 * An explanation as lines for people.
 * @param worker what one of the engine's workers is called
 */
export function textOf(explanation: Explanation, worker = "worker"): string {
  const { action, items, target, askedBy, engine, kernel, workers, why, handOut } = explanation;
  const { bytesIn, bytesOut, estimated, ignored, problems } = explanation;
  const asked = engine === target ? askedBy : `${target} was asked for by ${askedBy}, but this is a worker`;
  const plural = worker.endsWith("s") ? "es" : "s";
  const where = workers === 0 ? "none, this thread" : count(workers, worker, plural);
  return [
    `${action}: ${count(items, "item")}`,
    `  engine    ${engine}: ${asked}`,
    ...(kernel === undefined ? [] : [`  kernel    ${kernel}`]),
    `  workers   ${where}: ${why}`,
    `  hand-out  ${handOut}`,
    `  copied    ${estimated ? "about " : ""}${bytesText(bytesIn)} in, ${bytesText(bytesOut)} of arguments back`,
    ...explanation.arguments.map((each) => `    ${argumentText(each)}`),
    ...ignored.map(({ option, why }) => `  ignored   ${option}: ${why}`),
    ...problems.map((problem) => `  problem   ${problem}`),
    ...(explanation.advice ?? []).map((advice) => `  advice    ${advice}`),
  ].join("\n");
}

function argumentText({ name, from, passing, bytesIn, bytesOut, why }: ArgumentPlan): string {
  const back = bytesOut > 0 ? `, ${bytesText(bytesOut)} back` : "";
  const bytes = bytesIn + bytesOut > 0 ? ` (${bytesText(bytesIn)} in${back})` : "";
  return `${name} from ${from}: ${passing}${bytes}, ${why}`;
}
