import type { JournalWriter } from "../../workers/journal.js";
import type { Chunk, Report } from "../chunk-protocol.js";
import { packError } from "../codec/errors.js";
import { toError } from "../thrown.js";
import { warningsPrinted } from "./output.js";
import { type Call, prepareCall } from "./received-call.js";
import { runItems } from "./run-items.js";

const calls = new Map<number, Promise<Call>>();

// items given up go on running here, so that the engine ends this worker
let retired = false;

/** Runs the items of a chunk, once their call is prepared here. */
export async function perform(chunk: Chunk, journal: JournalWriter): Promise<Report> {
  if (retired) return { kind: "retired" };
  const { call: reference } = chunk;
  if (!calls.has(reference.id)) {
    if (!reference.state) return { kind: "stateless" };
    for (const id of calls.keys()) if (id < reference.oldest) calls.delete(id);
    calls.set(reference.id, prepareCall(reference));
  }
  let call: Call;
  try {
    call = await calls.get(reference.id)!;
  } catch (error) {
    calls.delete(reference.id);
    return { kind: "impossible", error: packError(toError(error)) };
  }
  const report = await runItems(chunk, call, journal);
  retired = report.kind === "done" && report.abandoned > 0;
  await warningsPrinted();
  return report;
}
