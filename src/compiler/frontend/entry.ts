import type { Source } from "assemblyscript";
import { definePass } from "../passes/pass.js";
import { addRangeLoops } from "./range-loops.js";
import { readKernels } from "./signatures.js";

/** What the engine asks the runtime of a module that keeps something. */
export const runtimeExports = ["takeTrouble", "keeper", "keeperBytes", "overflowed"];

/** Exports the loops in place of the user's functions: what a module exports is what its entry files do. */
export const enterThroughLoops = definePass({
  name: "enter-through-loops",
  stage: "parsed",
  needs: [readKernels, addRangeLoops],
  run({ unit, resultOf }) {
    const { entry } = unit;
    entry.sourceKind = 0;
    const path = (source: Source) => JSON.stringify(`./${source.internalPath}`);
    const loops = resultOf(readKernels).map(
      ({ name, source }) => `export { run$${name} } from ${path(source)};`,
    );
    const text = [
      `import ${path(entry)};`,
      `export { arena, mark, release, segment, segmentTop, ${runtimeExports.join(", ")} } from "rt/nogil";`,
      ...loops,
    ];
    unit.parser.parseFile(text.join("\n"), "nogil$entry.ts", true);
  },
});
