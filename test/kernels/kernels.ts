import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Kernel } from "../../dist/abi/kernel.js";
import { type Invocations, invocation, type Named, toInvocation } from "../../dist/call/invocation.js";
import type { Job, Outcome } from "../../dist/call/job.js";
import type { RunOptions } from "../../dist/call/options.js";
import type { Column } from "../../dist/columns/index.js";
import { build } from "../../dist/compiler/index.js";

const folder = fileURLToPath(new URL("./build/", import.meta.url));

/** Builds a module of kernels from its source. */
export async function kernelsFrom(name: string, source: string): Promise<Record<string, Kernel>> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.ts`, source);
  await build(`${name}.ts`, { cwd: folder, out: "out" });
  return import(/* @vite-ignore */ new URL(`./build/out/${name}.js`, import.meta.url).href);
}

export interface Rest {
  call?: readonly unknown[];
  named?: Named;
  bound?: Named;
  options?: RunOptions;
}

let calls = 0;

export function job(
  kernel: Kernel,
  invocations: Invocations,
  { call = [], named, bound, options = {} }: Rest = {},
): Job {
  return {
    id: ++calls,
    label: `test.${kernel.name}`,
    work: { kind: "kernel", kernel },
    invocations,
    bound: bound && invocation([], bound),
    call: invocation(call, named),
    options,
  };
}

export function list(...entries: readonly unknown[]): Invocations {
  return { kind: "list", length: entries.length, entries: entries.map(toInvocation) };
}

export function zipped(...components: readonly (Column | readonly unknown[])[]): Invocations {
  return { kind: "zipped", length: components[0].length, components };
}

/** What each item came to: its value, or its error. */
export function valuesOf({ length, column, values, failures }: Outcome): unknown[] {
  return Array.from({ length }, (_, i) => failures.get(i) ?? (values ? values[i] : column?.at(i)));
}

export const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
