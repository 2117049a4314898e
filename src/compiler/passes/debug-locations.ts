import { definePass } from "./pass.js";

/** AssemblyScript tells the lines of statements; calls and traps inside them need them, too. */
export const propagateLocations = definePass({
  name: "propagate-locations",
  stage: "compiled",
  run: ({ module }) => module.runPasses(["propagate-debug-locs"]),
});
