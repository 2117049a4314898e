/**
 * AssemblyScript to kernels, as `npx nogil build` does it. Node only; needs `assemblyscript`.
 * @module
 */

import "#host/needs";

// what is made here has types that a program names, though it imports "nogil" nowhere else
export type { Kernel } from "../abi/kernel.js";
export { type BuildOptions, type BuildResult, build } from "./build/build.js";
export { type CompileOptions, compile } from "./build/compile.js";
export { CompileError } from "./build/compile-error.js";
