import { count } from "../base/text.js";
import { cores } from "./cores.js";
import type { RunOptions } from "./options.js";

/** How an engine would run a job. */
export interface Plan {
  /** threads or processes that would get items, at most; 0: the items would run in this thread */
  readonly workers: number;
  /** why that number, or why the items would run here */
  readonly why: string;
  /** how the items would be handed to the workers */
  readonly handOut: string;
  /** of the items and of the call, and the batch itself where it is sent */
  readonly arguments: readonly ArgumentPlan[];
  /** bytes that would be copied to where the items run */
  readonly bytesIn: number;
  /** bytes of arguments that would be copied back; results are not in it */
  readonly bytesOut: number;
  /** whether the bytes are an estimate, since they depend on how long items take */
  readonly estimated: boolean;
  /** what would fail, and why */
  readonly problems: readonly string[];
  /** what would cost less otherwise, and how */
  readonly advice?: readonly string[];
}

/** What would become of one argument, or of the batch itself. */
export interface ArgumentPlan {
  /** of the parameter, or its position */
  readonly name: string;
  /** where its values come from */
  readonly from: string;
  /** `shared`: used where it is; `copied`: to the workers; `copied back`: also from there */
  readonly passing: "shared" | "copied" | "copied back";
  /** bytes that would be copied to where the items run */
  readonly bytesIn: number;
  /** bytes that would be copied back */
  readonly bytesOut: number;
  /** why it is shared or copied */
  readonly why: string;
}

export const shared = { passing: "shared", bytesIn: 0, bytesOut: 0 } as const;

/**
 * Why a call gets so many workers.
 * @param used cores of the budget that others use, if the call needs any of it
 */
export function whySoMany(
  workers: number,
  items: number,
  options: Pick<RunOptions, "workers" | "inFlight">,
  used = cores.used,
): string {
  const busy = used > 0 ? `; other calls use ${used} of the ${count(cores.total, "core")} now` : "";
  return reason(workers, items, options) + busy;
}

function reason(
  workers: number,
  items: number,
  { workers: given, inFlight }: Pick<RunOptions, "workers" | "inFlight">,
): string {
  const wanted = given || undefined;
  if (items === 1) return "one item cannot be shared out";
  if (workers === items) return "one for each item";
  if (workers === inFlight) return `the option inFlight is ${inFlight}`;
  if (wanted !== undefined && workers === wanted) return `the option workers is ${wanted}`;
  if (wanted === undefined && workers === cores.total) return `one for each of ${count(workers, "core")}`;
  return "as many as there are chunks";
}
