import type { UnhandledErrorMessage } from "./chunk-protocol.js";
import { ErrorParcel } from "./codec/errors.js";

/** Receives a worker's messages, and warns of errors that it caught and that no item could carry. */
export function warnOfUnhandledErrors(message: unknown): void {
  if ((message as Partial<UnhandledErrorMessage> | null)?.nogil === "unhandledError")
    warn(message as UnhandledErrorMessage);
}

function warn({ error, origin, worker }: UnhandledErrorMessage): void {
  const { message, stack } = new ErrorParcel(error).open();
  const from = origin
    ? `Item ${origin.item} of ${origin.label} left something behind that failed after the item had ended`
    : "Something failed that belongs to no item";
  process.emitWarning(`${from} (${worker}): ${message}`, {
    type: "NogilWarning",
    code: "NOGIL_STRAY_ERROR",
    detail: stack,
  });
}
