import type { Unit } from "./unit.js";

const builtins = ["load", "store", "assert", "alignof", "changetype", "offsetof"];
const imports = `
import { ${builtins.map((name) => `${name} as nogil$${name}`).join(", ")} } from "builtins";
import { keep as nogil$keep, release as nogil$release, row as nogil$row } from "rt/nogil";
import { $difference as nogil$difference } from "nogil/difference";
`;

/** Lets generated code in the user's files call builtins by names of its own: a kernel may well be called "load". */
export function importBuiltins(unit: Unit): void {
  unit.ownSources.forEach((source, i) => {
    source.statements.push(...unit.parse(imports, `imports${i || ""}`).statements.splice(0));
  });
}
