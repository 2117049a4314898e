import { knownAcrossCopies } from "../../base/copies.js";

/** The compiler found errors in the sources; the message has them as it prints them, each with its file and line. */
export class CompileError extends Error {
  override readonly name = "CompileError";
}

knownAcrossCopies(CompileError, "CompileError", "any");
