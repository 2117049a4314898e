import { now } from "../events/clock.js";
import type { CallStalled } from "../events/events.js";
import { observed, publish } from "../events/stream.js";
import type { Job } from "./job.js";
import { settings } from "./settings.js";

export interface Progress {
  /** changes whenever an item begins or ends */
  progress(): unknown;
  running(): CallStalled["running"];
  /** items that no worker has begun */
  waiting(): number;
  /** Whether all that is left are items that failed, and wait to run again. */
  rests?(): boolean;
}

/**
 * Tells the stream of events when no item of a call has begun or ended for a while, and again after as long.
 * @returns what ends the watch
 */
export function watchStall({ id, label }: Pick<Job, "id" | "label">, call: Progress): () => void {
  const { stalledAfter } = settings();
  let seen: unknown;
  let changed = performance.now();
  let told = changed;
  const timer = setInterval(
    () => {
      const time = performance.now();
      const progress = observed() ? call.progress() : time;
      if (progress !== seen || call.rests?.()) {
        seen = progress;
        changed = told = time;
      } else if (time - told >= stalledAfter) {
        told = time;
        publish({
          type: "callStalled",
          time: now(),
          call: id,
          action: label,
          milliseconds: time - changed,
          running: call.running(),
          waiting: call.waiting(),
        });
      }
    },
    Math.min(1000, Math.max(10, stalledAfter / 5)),
  );
  (timer as { unref?(): void }).unref?.();
  return () => clearInterval(timer);
}
