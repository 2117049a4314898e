import { expose } from "comlink";
import { atWorker } from "#host/threads";
import { turn } from "#host/timing";
import { stackTraces } from "../base/stack-traces.js";
import { alignment } from "../columns/allocator.js";
import { toShared } from "../events/clock.js";
import { CoreTurn, takeWanted } from "../workers/yielding.js";
import { FaultLog } from "./faults/fault-log.js";
import { Instances, type Output } from "./instance.js";
import {
  areaWord,
  type Block,
  callsInFlight,
  cell,
  claimWord,
  controlWords,
  coresWanted,
  engineWords,
  type FaultMessage,
  finished,
  idle,
  itemsDone,
  logLength,
  logsSent,
  maxSegments,
  nextClaim,
  poolTop,
  type RoundCall,
  type RoundReply,
  segmentCount,
  segmentTable,
  stop,
  type WorkerApi,
  type WorkerData,
} from "./round-protocol.js";

const pageBytes = 65_536;
const smallestSegment = 1 << 16;

// enough to reach the user's code from deep within the library's
stackTraces.stackTraceLimit = 50;

const { data, endpoint, post } = await atWorker<WorkerData>();
const { memory } = data;
const instances = new Instances(memory, data.scratch);
const engine = words(data.engine, engineWords);

/** Milliseconds for which a worker keeps its core at least. */
const turnOfCore = 10;
const coreTurn = new CoreTurn(turnOfCore, () => takeWanted(engine, coresWanted));
// calls that have this thread
let calls = 0;

function words(address: number, length: number): Uint32Array {
  return new Uint32Array(memory.buffer as ArrayBufferLike, address, length);
}

async function runRound(call: RoundCall): Promise<RoundReply> {
  if (calls++ === 0) coreTurn.begin(performance.now());
  try {
    return await takeClaims(call);
  } finally {
    calls--;
  }
}

async function takeClaims(call: RoundCall): Promise<RoundReply> {
  // growing by nothing makes this thread see what others grew
  if (memory.buffer.byteLength < call.memoryBytes) memory.grow(0);
  const instance = call.source ? instances.load(call.source) : instances.get(call.module);

  const control = words(call.control, controlWords(call.workers, call.claims));
  const area = control.subarray(areaWord(call.index), areaWord(call.index + 1));
  const output: Output = {
    block: { address: 0, bytes: 0 },
    more: (bytes) => nextSegment(control, area, call.pool, bytes),
  };
  const task = {
    kernel: call.kernel,
    frame: call.frame,
    cell: area.subarray(cell, cell + 1),
    output,
  };
  const log = new FaultLog(
    new Uint8Array(memory.buffer as ArrayBufferLike, call.log.address, call.log.bytes),
    area.subarray(logLength, logLength + 1),
    (entries) => {
      post({ type: "nogil.faults", id: call.id, index: call.index, entries } satisfies FaultMessage);
      // counted once it is sent, and before its claim is finished: whoever sees that knows how many are on their way
      area[logsSent]++;
    },
  );

  let busy = 0;
  let first: number | undefined;
  let last = performance.now();
  let yielded = false;
  while (Atomics.load(control, stop) === 0) {
    // all calls leave a worker that gives its core up
    yielded = coreTurn.isOver(last);
    if (yielded) break;
    // adding gives every claim to one worker only
    const claim = Atomics.add(control, nextClaim, 1);
    if (claim >= call.claims) break;
    const at = claimWord(call.workers, claim);
    // owned before its first item runs: a claim that nobody owns has not begun, and may run elsewhere
    Atomics.store(control, at + 2, call.index + 1);
    const began = performance.now();
    instances.lendScratch(instance);
    instance.run(task, control[at], control[at + 1], log);
    last = performance.now();
    first ??= began;
    busy += last - began;
    area[itemsDone] += control[at + 1] - control[at];
    // finished before the cell is idle: between the two the claim must not look as if it had not begun
    Atomics.store(control, at + 2, finished);
    Atomics.store(task.cell, 0, idle);
    // other calls get their turn after each claim
    if (Atomics.load(engine, callsInFlight) > 1) await turn();
  }
  return {
    segmentTop: output.block.address,
    busy,
    began: toShared(first ?? last),
    ended: toShared(last),
    yielded,
  };
}

// segments double, so that a few are enough for any number of arrays
function nextSegment(control: Uint32Array, area: Uint32Array, pool: Block | undefined, bytes: number): Block {
  const count = area[segmentCount];
  const before = count > 0 ? area[segmentTable + 2 * count - 1] : smallestSegment / 2;
  const sizes = [Math.max(bytes, 2 * before), bytes].map((size) => Math.ceil(size / alignment) * alignment);
  let segment: Block | undefined;
  for (const size of count < maxSegments ? sizes : [])
    segment ??= takeFrom(pool, control, size) ?? growMemory(size);
  if (!segment) {
    throw new RangeError(
      `Shared memory is full: no room for a returned array of ${bytes} bytes (the memory has ${memory.buffer.byteLength}). ` +
        "Free columns that are no longer needed, dispose() or using, or work in smaller batches.",
    );
  }
  area[segmentTable + 2 * count] = segment.address;
  area[segmentTable + 2 * count + 1] = segment.bytes;
  // counted after it is written down: whoever reads the table after this thread's end finds whole entries only
  Atomics.store(area, segmentCount, count + 1);
  return segment;
}

function takeFrom(pool: Block | undefined, control: Uint32Array, bytes: number): Block | undefined {
  if (!pool) return undefined;
  for (;;) {
    const top = Atomics.load(control, poolTop);
    if (bytes > pool.bytes - top) return undefined;
    // only if no other worker took some since: what is not enough for one must stay for others
    if (Atomics.compareExchange(control, poolTop, top, top + bytes) === top) {
      return { address: pool.address + top, bytes };
    }
  }
}

function growMemory(bytes: number): Block | undefined {
  const pages = Math.ceil(bytes / pageBytes);
  try {
    return { address: memory.grow(pages) * pageBytes, bytes: pages * pageBytes };
  } catch {
    return undefined;
  }
}

const api: WorkerApi = { runRound };
expose(api, endpoint);
