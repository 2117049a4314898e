import { parentPort } from "node:worker_threads";
import { workerFlag } from "../../base/keys.js";
import { SharedJournalWriter } from "../../workers/shared-journal.js";
import type { Chunk, Report } from "../chunk-protocol.js";
import { sendOutput } from "./output.js";
import { runChunk } from "./run-items.js";
import { catchUnhandledErrors, messageOf } from "./unhandled-errors.js";

(globalThis as Record<symbol, unknown>)[workerFlag] = true;
catchUnhandledErrors((unhandled) => parentPort!.postMessage(messageOf(unhandled)));

const ready = sendOutput();

/** What Piscina calls for each chunk. */
export default async function run(chunk: Chunk): Promise<Report> {
  await ready;
  if (chunk.journal.kind !== "memory")
    throw new TypeError(`A thread keeps its journal in memory, got a ${chunk.journal.kind}.`);
  return runChunk(chunk, new SharedJournalWriter(chunk.journal));
}
