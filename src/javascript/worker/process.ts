import { openSync } from "node:fs";
import { dirname } from "node:path";
import workerpool from "workerpool";
import { workerFlag } from "../../base/keys.js";
import { FileLedgerWriter } from "../../workers/file-journal.js";
import type { Chunk, Report } from "../chunk-protocol.js";
import { blockOnOutput } from "./output.js";
import { perform } from "./perform.js";
import { removeFolder } from "./remove-folder.js";
import { catchStrays, messageOf } from "./unhandled-errors.js";
import { watchParent } from "./watch-parent.js";

(globalThis as Record<symbol, unknown>)[workerFlag] = true;
catchStrays((stray) => void process.send!(messageOf(stray)));

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
function runChunk(chunk: Chunk): Promise<Report> {
  if (chunk.ledger.kind !== "file")
    throw new TypeError(`A process keeps its ledger in a file, got ${chunk.ledger.kind}.`);
  return perform(chunk, new FileLedgerWriter(fileOf(chunk.ledger.path), chunk.ledger.path));
}

// workerpool ends this process when its parent is gone, which may have had no time to clear up
process.on("exit", () => {
  if (process.connected) return;
  for (const path of files.keys()) removeFolder(dirname(path));
});

watchParent();
blockOnOutput();
workerpool.worker({ runChunk });
