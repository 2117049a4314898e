import { bytesText, count, duration, textOf } from "../base/text.js";
import type { LogLevel } from "../call/logger.js";
import type { CallEnded, NogilEvent, WorkerName } from "../events/events.js";

/** An event as a line for people, and as fields for machines. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

// of a long list, so many are named
const mostNamed = 8;

/** Puts what happens into words: who started, what was sent where, what is awaited, how long it took, what failed. */
export class Formatter {
  // how many hand-outs each worker of a call has not come back from
  readonly #awaited = new Map<number, Map<WorkerName, number>>();

  format(event: NogilEvent): LogEntry {
    const { text, level, ...fields } = this.#entry(event);
    return { level, fields: { event: event.type, ...fields }, text };
  }

  #entry(event: NogilEvent): { text: string; level: LogLevel; [field: string]: unknown } {
    switch (event.type) {
      case "callStarted": {
        const { call, action, target, items, kernel } = event;
        const what = kernel === undefined ? "" : `, kernel ${kernel}`;
        const text = `${nameOf(event)}: started, ${count(items, "item")} on ${target}${what}`;
        return { level: "debug", text, call, action, target, items, kernel };
      }
      case "workSent": {
        const { call, action, worker, items } = event;
        this.#await(call, worker, 1);
        const text = `${nameOf(event)}: ${count(items, "item")} sent to ${worker}${this.#awaiting(call)}`;
        return { level: "debug", text, call, action, worker, items };
      }
      case "workDone": {
        const { call, action, worker, items, busy, time, began } = event;
        if (worker !== "main") this.#await(call, worker, -1);
        const text = `${nameOf(event)}: ${count(items, "item")} ran on ${worker} in ${duration(time - began)}${this.#awaiting(call)}`;
        return { level: "debug", text, call, action, worker, items, busy };
      }
      case "copied": {
        const { call, action, bytesIn, bytesOut } = event;
        const text = `${nameOf(event)}: copied ${bytesText(bytesIn)} in and ${bytesText(bytesOut)} back`;
        return { level: "debug", text, call, action, bytesIn, bytesOut };
      }
      case "callEnded":
        this.#awaited.delete(event.call);
        return callEnded(event);
      case "callStalled": {
        const { call, action, milliseconds, running, waiting } = event;
        const where = running.map(
          ({ worker, items }) => `${worker} has ${items.length === 1 ? "item" : "items"} ${listed(items)}`,
        );
        const text =
          `${nameOf(event)}: nothing has happened for ${duration(milliseconds)}; ` +
          `${[...where, `${count(waiting, "item")} not begun`].join("; ")}`;
        return { level: "warn", text, call, action, milliseconds, running, waiting };
      }
      case "itemRetried": {
        const { call, action, item, retry, wait, error } = event;
        const when = wait === 0 ? "runs again at once" : `runs again in ${duration(wait)}`;
        const text = `${nameOf(event)}: item ${item} ${when}, retry ${retry}: ${textOf(error)}`;
        return { level: "debug", text, call, action, item, retry, wait, err: error };
      }
      case "writeLost": {
        const { call, action, worker, item, names } = event;
        const text =
          `${nameOf(event)}: item ${item} assigned ${listed(names)} on ${worker}, where the assignment is lost: ` +
          "return it, and keep it in post";
        return { level: "warn", text, call, action, worker, item, names };
      }
      case "workerStarted": {
        const { worker, target } = event;
        return { level: "debug", text: `${worker}: started for ${target}`, worker, target };
      }
      case "workerEnded": {
        const { worker, target, reason } = event;
        const level = reason === undefined ? "debug" : "warn";
        return {
          level,
          text: `${worker}: ended, ${reason ?? "not needed any more"}`,
          worker,
          target,
          reason,
        };
      }
      case "runStarted": {
        const { run, of } = event;
        return { level: "debug", text: `run ${run}: started, batches of ${of}`, run, of };
      }
      case "runEnded": {
        const { run, batches, items, skipped, failed, error } = event;
        const text = `run ${run}: ended, ${count(items, "item")}, batches: ${batches} ready, ${skipped} skipped, ${failed} failed${error === undefined ? "" : `: ${textOf(error)}`}`;
        return { level: "debug", text, run, batches, items, skipped, failed, err: error };
      }
      case "stepStarted": {
        const { run, batch, step, items } = event;
        const text = `run ${run}, batch ${batch}: ${step} started, ${count(items, "item")}`;
        return { level: "debug", text, run, batch, step, items };
      }
      case "stepDone": {
        const { run, batch, step, items, time, began, error } = event;
        const text = `run ${run}, batch ${batch}: ${step} ${outcome(error)} after ${duration(time - began)}, ${count(items, "item")}`;
        return { level: error === undefined ? "debug" : "warn", text, run, batch, step, items, err: error };
      }
      case "batchDone": {
        const { run, batch, items, time, began, error } = event;
        const text = `run ${run}, batch ${batch}: ${event.outcome} after ${duration(time - began)}, ${count(items, "item")}${error === undefined ? "" : `: ${textOf(error)}`}`;
        const level = event.outcome === "failed" ? "warn" : "debug";
        return { level, text, run, batch, items, outcome: event.outcome, err: error };
      }
    }
  }

  #await(call: number, worker: WorkerName, change: 1 | -1): void {
    const workers = this.#awaited.get(call) ?? new Map<WorkerName, number>();
    const left = (workers.get(worker) ?? 0) + change;
    if (left > 0) workers.set(worker, left);
    else workers.delete(worker);
    if (workers.size > 0) this.#awaited.set(call, workers);
    else this.#awaited.delete(call);
  }

  #awaiting(call: number): string {
    const workers = this.#awaited.get(call);
    return workers ? `; awaiting ${listed([...workers.keys()])}` : "";
  }
}

function callEnded(
  event: CallEnded,
): ReturnType<Formatter["format"]>["fields"] & { text: string; level: LogLevel } {
  const { call, action, target, items, milliseconds, failures, error } = event;
  const fields = { call, action, target, items, milliseconds };
  if (error !== undefined) {
    return {
      ...fields,
      level: "error",
      text: `${nameOf(event)}: could not run: ${textOf(error)}`,
      err: error,
    };
  }
  const done = `${nameOf(event)}: ${count(items, "item")} done in ${duration(milliseconds)}`;
  if (failures.length === 0) return { ...fields, level: "debug", text: done };
  const { item, id, error: first } = failures[0];
  const which = id === undefined || id === item ? `item ${item}` : `item ${item} (${JSON.stringify(id)})`;
  const text = `${done}, ${failures.length} failed: ${listed(failures.map((each) => each.item))}; the first, ${which}: ${textOf(first)}`;
  return { ...fields, level: "warn", text, failed: failures.length, err: first };
}

function outcome(error: unknown): string {
  return error === undefined ? "done" : `failed (${textOf(error)})`;
}

function nameOf({ call, action }: { readonly call: number; readonly action: string }): string {
  return `#${call} ${action}`;
}

function listed(all: readonly (string | number)[]): string {
  const more = all.length - mostNamed;
  return all.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
