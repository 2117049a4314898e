import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";

/** How far a run is. */
export interface Progress {
  /** items of the dataset that the run is done with, also by skipping them or by failing */
  readonly items: number;
  /** how many there will be; `Infinity` for a run without an end of its own */
  readonly total: number;
  /** batches that came out */
  readonly batches: number;
  /** batches that an action left out by `skipBatch` */
  readonly skipped: number;
  /** batches that failed, with `onError: "skip"` */
  readonly failed: number;
  /** milliseconds since the run began */
  readonly elapsed: number;
  /** items in a second, since the run began */
  readonly rate: number;
  /** milliseconds left at that rate; `Infinity` while the rate is unknown */
  readonly remaining: number;
}

/** Whether to show a progress bar, or a function that shows how far a run is. */
export type Bar = boolean | ((progress: Progress) => void);

/** Shows how far a run is. */
export interface ProgressView {
  update(progress: Progress): void;
  /** Leaves the terminal as it was. May be called again. */
  stop(): void;
}

/** @throws TypeError for what is not a way to show progress */
export function checkBar(bar: unknown): void {
  if (bar === undefined || typeof bar === "boolean" || isFunction(bar)) return;
  throw new TypeError(`bar takes true, false or a function of the progress, got ${kindOf(bar)}.`);
}

export async function progressView(bar: Bar | undefined, total: number): Promise<ProgressView | undefined> {
  if (!bar) return undefined;
  if (typeof bar === "function") return { update: bar, stop() {} };
  const { terminalBar } = await import("#host/terminal");
  const endless = !Number.isFinite(total);
  const shown = await terminalBar({
    total: endless ? undefined : total,
    format: endless
      ? "{value} items | {rate} items/s{problems}"
      : "{bar} {percentage}% | {value}/{total} items | {rate} items/s | {left} left{problems}",
    payload: { rate: "–", left: "–", problems: "" },
  });
  if (!shown) return undefined;
  return {
    update: (progress) => shown.update(progress.items, payloadOf(progress)),
    stop: () => shown.stop(),
  };
}

function payloadOf({ rate, remaining, skipped, failed }: Progress): object {
  const problems = [skipped > 0 && `${skipped} skipped`, failed > 0 && `${failed} failed`].filter(Boolean);
  return {
    rate: rate >= 100 ? rate.toFixed(0) : rate.toPrecision(2),
    left: duration(remaining),
    problems: problems.length > 0 ? ` | batches: ${problems.join(", ")}` : "",
  };
}

function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "–";
  const seconds = Math.ceil(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
