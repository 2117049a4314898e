import type { UnhandledErrorMessage } from "../chunk-protocol.js";
import { packError } from "../codec/errors.js";
import { toError } from "../thrown.js";
import { ownName } from "./own-name.js";
import { runningItem } from "./running-item.js";

/** An item on the far side, which what it started may fail. */
export interface Failing {
  /** class and method */
  readonly label: string;
  readonly item: number;
  /** Fails the item, if it still runs. @returns whether it did */
  fail(error: Error): boolean;
}

/** An error that was thrown where no item could be failed for it. */
export interface UnhandledError {
  readonly error: Error;
  /** the item that started what threw, if it is known */
  readonly origin?: Pick<Failing, "label" | "item">;
}

/** The items that wait for something in this worker. */
export const inFlight = new Set<Failing>();

/**
 * Catches what timers, callbacks and promises that nobody awaits throw. The item that started them fails with it; where that
 * is not known all that wait here do. If the item has ended before, or none runs, `report` gets it. The worker goes on.
 */
export function catchUnhandledErrors(report: (unhandled: UnhandledError) => void): void {
  const caught = (thrown: unknown) => {
    const error = toError(thrown);
    const origin = runningItem() as Failing | undefined;
    if (origin) {
      if (!origin.fail(error)) report({ error, origin });
      return;
    }
    if (inFlight.size === 0) report({ error });
    for (const item of [...inFlight]) item.fail(ofUnknownOrigin(error));
  };
  process.on("uncaughtException", caught);
  process.on("unhandledRejection", caught);
}

export function messageOf({ error, origin }: UnhandledError): UnhandledErrorMessage {
  return {
    nogil: "unhandledError",
    worker: ownName(),
    error: packError(error),
    origin: origin && { label: origin.label, item: origin.item },
  };
}

function ofUnknownOrigin(error: Error): Error {
  const text = `An error came up in the worker while this item ran, from no item that is known: ${error.message}`;
  return new Error(text, { cause: error });
}
