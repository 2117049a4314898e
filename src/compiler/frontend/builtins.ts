import { definePass } from "../passes/pass.js";

const builtins = ["load", "store", "assert", "alignof", "changetype", "offsetof"];
const imports = `
import { ${builtins.map((name) => `${name} as nogil$${name}`).join(", ")} } from "builtins";
import { keep as nogil$keep, release as nogil$release, row as nogil$row } from "rt/nogil";
import { $difference as nogil$difference } from "nogil/difference";
`;

/** Lets generated code in kernels' files call builtins by names of its own: a kernel may well be called "load". */
export const importBuiltins = definePass({
  name: "import-builtins",
  stage: "parsed",
  run({ unit }) {
    unit.optimisedSources.forEach((source, i) => {
      source.statements.push(...unit.parse(imports, `nogil/imports${i || ""}`).statements.splice(0));
    });
  },
});
