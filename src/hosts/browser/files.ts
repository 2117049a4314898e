import type { FileSystem } from "../host.js";

export function fileSystem(what: string): FileSystem {
  return requireFiles(what);
}

export function requireFiles(what: string): never {
  throw new Error(`${what} works with files, which a page does not have. ${instead(what)}`);
}

function instead(what: string): string {
  if (what.startsWith("trace")) return "Call trace() without one, and save what stop() returns.";
  if (what.startsWith("Dataset"))
    return "Make the dataset of ids that name what it fetches: new Dataset(ids, …).";
  return "Use toArrow() and fromArrow() here.";
}
