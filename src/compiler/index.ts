import "../node-version.js";

// what is made here has types that a program names, though it imports "nogil" nowhere else
export type { Kernel } from "../index.js";
export { type BuildOptions, type BuildResult, build } from "./build.js";
export { type CompileOptions, compile } from "./compile.js";
export { CompileError } from "./compile-error.js";
