import { readFileSync } from "node:fs";
import type { Unit } from "./unit.js";

const runtimeFile = new URL("../../../assembly/runtime.ts", import.meta.url);

/** The text of our runtime, on which every built module depends. */
export const runtimeText = () => readFileSync(runtimeFile, "utf8");

/**
 * Puts our runtime in the place of AssemblyScript's stub. A runtime given by path would count as the garbage-collected
 * one: with a shadow stack, and with a standard library that takes fresh memory to be zero.
 */
export function replaceRuntime(unit: Unit): void {
  for (const source of unit.sources) {
    if (
      source.normalizedPath.startsWith("~lib/rt/index-stub") ||
      source.normalizedPath === "~lib/rt/stub.ts"
    ) {
      source.statements.length = 0;
    }
  }
  unit.parser.parseFile(runtimeText(), "~lib/rt/nogil.ts", false);
}
