import { readFileSync } from "node:fs";
import { definePass } from "../passes/pass.js";

const runtimeFile = new URL("../../../assembly/runtime.ts", import.meta.url);

/** The text of our runtime, on which every built module depends. */
export const runtimeText = () => readFileSync(runtimeFile, "utf8");

/**
 * Puts our runtime in the place of AssemblyScript's stub. A runtime given by path would count as the garbage-collected
 * one: with a shadow stack, and with a standard library that takes fresh memory to be zero.
 */
export const replaceRuntime = definePass({
  name: "replace-runtime",
  stage: "parsed",
  run({ unit }) {
    for (const source of unit.sources) {
      if (
        source.normalizedPath.startsWith("~lib/rt/index-stub") ||
        source.normalizedPath === "~lib/rt/stub.ts"
      ) {
        source.statements.length = 0;
      }
    }
    unit.parse(runtimeText(), "rt/nogil");
  },
});
