import { terminalBar } from "#host/terminal";
import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";

/** How far a call is. */
export interface CallProgress {
  /** items that are done, also by failing */
  readonly items: number;
  /** how many there will be; `Infinity` where nobody knows */
  readonly total: number;
  /** items that failed, as far as is known yet */
  readonly failed: number;
  /** milliseconds since it began */
  readonly elapsed: number;
  /** items in a second, since it began */
  readonly rate: number;
  /** milliseconds left at that rate; `Infinity` while the rate is unknown */
  readonly remaining: number;
}

/** How far a pipeline's run is. */
export interface Progress extends CallProgress {
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
}

/** Whether to show a progress bar, or a function that shows how far a run, or with `CallProgress` a call, is. */
export type Bar<P extends CallProgress = Progress> = boolean | ((progress: P) => void);

/** Shows how far something is. */
export interface ProgressView<P extends CallProgress = CallProgress> {
  update(progress: P): void;
  /** Leaves the terminal as it was. May be called again. */
  stop(): void;
}

export function isBar(bar: unknown): bar is Bar {
  return typeof bar === "boolean" || isFunction(bar);
}

/** @throws TypeError for what is not a way to show progress */
export function checkBar(bar: unknown): void {
  if (bar === undefined || isBar(bar)) return;
  throw new TypeError(`bar takes true, false or a function of the progress, got ${kindOf(bar)}.`);
}

/** How far something is that began at a time of `performance.now()`. */
export function progressAt(
  began: number,
  { items, total, failed }: Pick<CallProgress, "items" | "total" | "failed">,
): CallProgress {
  const elapsed = performance.now() - began;
  const rate = elapsed > 0 ? (1000 * items) / elapsed : 0;
  const left = total - items;
  const remaining = left <= 0 ? 0 : rate > 0 ? (1000 * left) / rate : Number.POSITIVE_INFINITY;
  return { items, total, failed, elapsed, rate, remaining };
}

/**
 * @param problems what to say of what went wrong, if anything did
 * @returns nothing where there is nothing to show, or no terminal to show it in
 */
export function progressView<P extends CallProgress>(
  bar: Bar<P> | undefined,
  total: number,
  problems: (progress: P) => string,
): ProgressView<P> | Promise<ProgressView<P>> | undefined {
  if (!bar) return undefined;
  if (typeof bar === "function") return { update: bar, stop() {} };
  const endless = !Number.isFinite(total);
  return terminalBar({
    total: endless ? undefined : total,
    format: endless
      ? "{value} items | {rate} items/s{problems}"
      : "{bar} {percentage}% | {value}/{total} items | {rate} items/s | {left} left{problems}",
    payload: { rate: "–", left: "–", problems: "" },
  })?.then((shown) => ({
    update: (progress) => shown.update(progress.items, payloadOf(progress, problems(progress))),
    stop: () => shown.stop(),
  }));
}

function payloadOf({ rate, remaining }: CallProgress, problems: string): object {
  return {
    rate: rate >= 100 ? rate.toFixed(0) : rate.toPrecision(2),
    left: duration(remaining),
    problems: problems === "" ? "" : ` | ${problems}`,
  };
}

function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "–";
  const seconds = Math.ceil(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}
