import { parentPort } from "node:worker_threads";
import { workerFlag } from "../../base/keys.js";
import { SharedLedgerWriter } from "../../workers/shared-journal.js";
import type { Chunk, Report } from "../chunk-protocol.js";
import { sendOutput } from "./output.js";
import { perform } from "./perform.js";
import { catchStrays, messageOf } from "./unhandled-errors.js";

(globalThis as Record<symbol, unknown>)[workerFlag] = true;
catchStrays((stray) => parentPort!.postMessage(messageOf(stray)));

const ready = sendOutput();

/** What Piscina calls for each chunk. */
export default async function runChunk(chunk: Chunk): Promise<Report> {
  await ready;
  if (chunk.ledger.kind !== "memory")
    throw new TypeError(`A thread keeps its ledger in memory, got a ${chunk.ledger.kind}.`);
  return perform(chunk, new SharedLedgerWriter(chunk.ledger));
}
