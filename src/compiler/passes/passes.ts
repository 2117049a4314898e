import { importBuiltins } from "../frontend/builtins.js";
import { findCalls } from "../frontend/calls.js";
import { refuseCircles } from "../frontend/circles.js";
import { compareByDifference } from "../frontend/comparators.js";
import { enterThroughLoops } from "../frontend/entry.js";
import { replaceLibrary } from "../frontend/library.js";
import { placePackages } from "../frontend/packages.js";
import { addRangeLoops } from "../frontend/range-loops.js";
import { markReadonlyRows } from "../frontend/readonly-rows.js";
import { refuseGenerators, refuseRawMemory } from "../frontend/refusals.js";
import { hoistRows } from "../frontend/rows.js";
import { replaceRuntime } from "../frontend/runtime.js";
import { scopes } from "../frontend/scopes.js";
import { readKernels } from "../frontend/signatures.js";
import { keepThrownClasses } from "../frontend/throws.js";
import { moveThrowsOutOfLoops } from "./cold-paths.js";
import { assertConversions, checkConversions, unmarkConversions } from "./conversions.js";
import { propagateLocations } from "./debug-locations.js";
import { warnOfIntegerDivisions } from "./integer-divisions.js";
import { leaveOutReleases } from "./needless-releases.js";
import type { Pass } from "./pass.js";
import { describeVariables, watchVariables } from "./variables.js";

/** Every pass of a build, in the order in which those of a stage run. */
export const passes: readonly Pass[] = [
  // parsed: first what reads the code as its author wrote it
  refuseCircles,
  scopes,
  readKernels,
  placePackages,
  markReadonlyRows,
  findCalls,
  refuseGenerators,
  refuseRawMemory,
  // then what changes it
  replaceRuntime,
  replaceLibrary,
  keepThrownClasses,
  compareByDifference,
  importBuiltins,
  hoistRows,
  addRangeLoops,
  enterThroughLoops,
  // compiling
  watchVariables,
  checkConversions,
  warnOfIntegerDivisions,
  // compiled
  describeVariables,
  assertConversions,
  propagateLocations,
  // optimised
  unmarkConversions,
  leaveOutReleases,
  moveThrowsOutOfLoops,
];
