import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Invocation, type Invocations, toInvocation } from "../../dist/call/invocation.js";
import type { Job, Outcome } from "../../dist/call/job.js";
import type { RunOptions } from "../../dist/call/options.js";
import type { Engine } from "../../dist/engines/engine.js";
import * as work from "../fixtures/work-batch.js";
import { async, mpc, threads } from "./loaded.js";

export const engines = { threads, async, mpc } satisfies Record<string, Engine>;
export type Name = keyof typeof engines;

export function list(entries: readonly unknown[]): Invocations {
  return { kind: "list", length: entries.length, entries: entries.map(toInvocation) };
}

export function indices(length: number): Invocations {
  return { kind: "zipped", length, components: [Array.from({ length }, (_, i) => i)] };
}

interface Rest {
  call?: readonly unknown[];
  named?: Record<string, unknown>;
  bound?: Invocation;
  options?: RunOptions;
}

export function methodJob(self: object, name: string, invocations: Invocations, rest: Rest = {}): Job {
  return {
    label: `${self.constructor.name}.${name}`,
    work: { kind: "method", self, name, method: (self as any)[name] },
    ...common(invocations, rest),
  };
}

export function functionJob(
  fn: (...args: any[]) => unknown,
  invocations: Invocations,
  { self = new work.WorkBatch(), ...rest }: Rest & { self?: object } = {},
): Job {
  return { label: fn.name, work: { kind: "function", fn, self }, ...common(invocations, rest) };
}

let calls = 0;

function common(invocations: Invocations, { call = [], named, bound, options = {} }: Rest) {
  return { id: ++calls, invocations, bound, call: new Invocation(call, named), options };
}

/** Runs the fault of the fixture, as a method where the engine takes methods. Item 3 is the one that fails. */
export function faultJob(
  engine: Name,
  kind: keyof typeof work.faults,
  count: number,
  options: RunOptions,
  log: string,
): Job {
  if (engine === "mpc") return functionJob(work.fault, indices(count), { call: [kind, log], options });
  return methodJob(Object.assign(new work.WorkBatch(), { log }), "fault", indices(count), {
    call: [kind],
    options,
  });
}

export function values({ length, values, failures }: Outcome): unknown[] {
  return Array.from({ length }, (_, i) => failures.get(i) ?? values?.[i]);
}

/** A file that items write to, to tell how often each ran. */
export function makeLog(): {
  path: string;
  lines: () => string[];
  runs: () => number[];
  [Symbol.dispose]: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "nogil-test-"));
  const path = join(folder, "log");
  const lines = () => (existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : []);
  return {
    path,
    lines,
    runs: () => lines().map(Number),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
