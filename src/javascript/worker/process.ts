import { openSync } from "node:fs";
import { dirname } from "node:path";
import workerpool from "workerpool";
import { workerFlag } from "../../base/keys.js";
import { FileJournalWriter } from "../../workers/file-journal.js";
import type { Chunk, Report } from "../chunk-protocol.js";
import { blockOnOutput } from "./output.js";
import { removeFolder } from "./remove-folder.js";
import { runChunk } from "./run-items.js";
import { catchUnhandledErrors, messageOf } from "./unhandled-errors.js";
import { watchParent } from "./watch-parent.js";

(globalThis as Record<symbol, unknown>)[workerFlag] = true;
catchUnhandledErrors((unhandled) => void process.send!(messageOf(unhandled)));

const files = new Map<string, number>();

function fileOf(path: string): number {
  let file = files.get(path);
  if (file === undefined) {
    file = openSync(path, "r+");
    files.set(path, file);
  }
  return file;
}

/** What workerpool calls for each chunk. */
function run(chunk: Chunk): Promise<Report> {
  if (chunk.journal.kind !== "file")
    throw new TypeError(`A process keeps its journal in a file, got ${chunk.journal.kind}.`);
  return runChunk(chunk, new FileJournalWriter(fileOf(chunk.journal.path), chunk.journal.path));
}

// workerpool ends this process when its parent is gone, which may have had no time to clear up
process.on("exit", () => {
  if (process.connected) return;
  for (const path of files.keys()) removeFolder(dirname(path));
});

watchParent();
blockOnOutput();
workerpool.worker({ runChunk: run });
