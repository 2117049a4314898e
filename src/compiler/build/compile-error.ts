import { knownAcrossCopies } from "../../base/copies.js";

/**
 * The compiler found errors in the sources; the message has them as it prints them, each with its file and line.
 * @hideconstructor
 * @example
 * import { build, CompileError } from "nogil/compiler";
 *
 * try {
 *   await build("assembly/kernels.ts");
 * } catch (error) {
 *   if (!(error instanceof CompileError)) throw error;
 *   console.error(error.message);
 * }
 */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

knownAcrossCopies(CompileError, "CompileError", "any");
