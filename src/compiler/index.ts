export { type BuildOptions, type BuildResult, build } from "./build.js";
export { type CompileOptions, compile } from "./compile.js";
export { CompileError } from "./compile-once.js";
