import type { CallExpression } from "assemblyscript";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

/** Where kernels' files call what, `console.log` for one, as the compiler writes places: `kernels.ts(3,5)`. */
export const findCalls = definePass({
  name: "find-calls",
  stage: "parsed",
  run: ({ unit, options }) => placesOfCalls(unit, options.files),
});

function placesOfCalls(
  unit: Unit,
  files?: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const source of unit.optimisedSources) {
    unit.tree.walk(source, (node) => {
      if (!unit.tree.is<CallExpression>(node, "Call")) return;
      const { start, end } = node.expression.range;
      const callee = source.text.substring(start, end);
      const line = source.lineAt(start);
      const place = `${files?.get(source.normalizedPath) ?? source.normalizedPath}(${line},${source.columnAt()})`;
      places.set(callee, [...(places.get(callee) ?? []), place]);
    });
  }
  return places;
}
