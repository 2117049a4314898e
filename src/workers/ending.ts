/** Why a worker ended. */
export type WorkerEnd =
  /** an item was over its timeout */
  | { readonly kind: "timeout"; readonly item?: number; readonly journal?: object }
  | { readonly kind: "cancelled" }
  /** items that were given up still ran in it */
  | { readonly kind: "abandoned" }
  | { readonly kind: "closed" }
  /** by itself */
  | { readonly kind: "crashed"; readonly error?: Error };

/** How work that a worker had came to its end. */
export type Ending<Reply> =
  | { readonly kind: "replied"; readonly reply: Reply }
  /** the worker ended: none of the work's items runs any more */
  | { readonly kind: "ended"; readonly why: WorkerEnd }
  /** the cancelled call goes on without the worker, which is busy with other calls, and replies later */
  | { readonly kind: "left"; readonly later: Promise<unknown> };

/** Why a worker ended, for reports; undefined when it was not needed any more. */
export function textOfEnd(why: WorkerEnd | undefined): string | undefined {
  switch (why?.kind) {
    case "timeout":
      return `${why.item === undefined ? "an item" : `item ${why.item}`} was over its timeout`;
    case "cancelled":
      return "its call was cancelled";
    case "abandoned":
      return "items that it gave up still ran";
    case "crashed":
      return why.error?.message ?? "it ended by itself";
    default:
      return undefined;
  }
}

/** What is said of an item that was over its timeout. @param worker what users call it */
export function itemTimeoutText(worker: string, timeout: number): string {
  return `The item took longer than its timeout of ${timeout} ms, so its ${worker} was ended.`;
}

/** The error of an item that is lost because its worker ended. */
export function workerEnded(worker: string, why: string, cause?: Error): Error {
  const text = `The ${worker} that ran this item ended: ${why}.`;
  const error = cause ? new Error(text, { cause }) : new Error(text);
  return Object.assign(error, { code: "ERR_NOGIL_WORKER_ENDED" });
}
