import { isTypedArray } from "../abi/dtype.js";
import { stateKey } from "../base/keys.js";
import { isSharedArrayBuffer } from "../base/realms.js";
import { bytesText, count } from "../base/text.js";
import { inFlightOf } from "../call/in-flight.js";
import type { Job } from "../call/job.js";
import { type ArgumentPlan, type Plan, shared, whySoMany } from "../call/plan.js";
import { refuseIfAll } from "../call/refusals.js";
import { isColumn } from "../columns/from-values.js";
import { ChunkSizer } from "../workers/chunk-sizer.js";
import { locate } from "./addressing/locate.js";
import { checkArguments, chunkArguments, commonArguments, packState } from "./call-state.js";
import { type Packed, type Passing, pack } from "./codec/codec.js";
import { overlapsCall, weigh } from "./item-views.js";
import type { WorkerPool } from "./worker-pool.js";

type PlannedJob = Omit<Job, "id">;

/**
 * How a job would run on the workers of a pool.
 * @param many whether a worker runs several items at once
 * @param budgeted whether the workers are counted against the cores of the process; event loops mostly wait
 * @throws what the call would throw before an item runs
 */
export async function planChunks(
  job: PlannedJob,
  pool: WorkerPool,
  many: boolean,
  budgeted = true,
): Promise<Plan> {
  const { invocations, options, label } = job;
  const { length } = invocations;
  const nothing = { arguments: [], bytesIn: 0, bytesOut: 0, problems: [], estimated: false };
  if (length === 0) return { workers: 0, why: "there are no items", handOut: "nothing", ...nothing };
  if (job.work.kind !== "kernel") await locate(job.work, label);

  const state = packState({ ...job, id: 0 }, pool.passing);
  const atOnce = inFlightOf(options, length, many);
  const wanted = atOnce.length;
  const [concurrency] = atOnce;
  const { size, bytes, problems } = firstChunk(job, pool, wanted, concurrency > 1);
  const chunks = Math.ceil(length / size);
  const workers = Math.min(wanted, chunks);
  // threads share one copy; a process gets a small one with every chunk, a large one once
  const copies = pool.passing === "share" ? 1 : pool.sendsState(state) ? chunks : workers;
  const stateBytes = copies * state.bytes.length;
  const argumentBytes = Math.round((bytes * length) / size);
  return {
    workers,
    why: whySoMany(workers, length, options, budgeted ? undefined : 0),
    handOut:
      `chunks of ${count(size, "item")}${options.chunkSize === undefined ? " at first, then by what they took" : ""}` +
      `${concurrency > 1 ? `, ${Math.min(concurrency, size)} in flight at once in a worker` : ""}` +
      `${options.inFlight === undefined ? "" : `; at most ${Math.min(options.inFlight, length)} run at once`}`,
    arguments: [...planState(job, pool, state, stateBytes), ...planItems(job, pool, argumentBytes)],
    bytesIn: stateBytes + argumentBytes,
    bytesOut: 0,
    estimated: true,
    problems,
    ...adviceOf(job, pool, stateBytes, argumentBytes),
  };
}

/** How many items the first message would have, and its bytes. */
function firstChunk(
  job: PlannedJob,
  { worker, passing }: WorkerPool,
  workers: number,
  many: boolean,
): { size: number; bytes: number; problems: string[] } {
  const { invocations, options, label } = job;
  const { length } = invocations;
  const divisible = passing === "share";
  const sizer = new ChunkSizer(`${worker} ${label}`, length, workers, options.chunkSize, divisible, many);
  sizer.weighed(weigh(invocations, passing));
  const size = Math.min(length, sizer.next(length));
  try {
    const common = overlapsCall(job, passing) ? commonArguments(job) : undefined;
    const args = chunkArguments(invocations, { first: 0, count: size }, passing, common);
    return { size, bytes: pack(args, passing, label).bytes.length, problems: [] };
  } catch {
    return { size, bytes: 0, problems: problemsIn(job, size, passing) };
  }
}

/** Why items of the first message cannot travel. @throws that of the first item, if it keeps all of the call's from it */
function problemsIn(job: Omit<Job, "id">, size: number, passing: Passing): string[] {
  const { length } = job.invocations;
  const refused = new Map<number, Error>();
  // those of later messages matter only where none could travel before
  for (let item = 0; item < size || (refused.size === item && item < length); item++) {
    try {
      checkArguments(job, item, passing);
    } catch (error) {
      refused.set(item, error as Error);
    }
  }
  refuseIfAll(refused, length);
  return Array.from(refused.values(), ({ message }) => message);
}

interface StateOfBatch {
  readonly own: object;
  readonly components: object;
  readonly limits?: object;
}

// less is sent in no time
const muchState = 1 << 16;
const mostNames = 3;

/** What to do where most of what is sent is the batch, though nobody asked for all of it. */
function adviceOf(
  { work }: PlannedJob,
  { passing }: WorkerPool,
  state: number,
  items: number,
): Pick<Plan, "advice"> | undefined {
  if (work.kind !== "method" || state < muchState || state < items) return undefined;
  const { self } = work;
  if (!(stateKey in self)) return undefined;
  const { own, components, limits } = (self as { [stateKey](): StateOfBatch })[stateKey]();
  if (limits) return undefined;
  const sizes = [
    ...Object.entries(components).map(([name, value]) => [`data.${name}`, sizeOf(value, passing)] as const),
    ...Object.entries(own).map(([name, value]) => [name, sizeOf(value, passing)] as const),
  ].sort(([, a], [, b]) => b - a);
  const largest = sizes.slice(0, mostNames).filter(([, bytes]) => bytes >= state / 100);
  const named = largest.map(([name, bytes]) => `${name} (${bytesText(bytes)})`).join(", ");
  const advice = `most of what is sent is the batch: ${named}. If the method does not need all of it, name what it reads: state: [ … ].`;
  return { advice: [advice] };
}

// what cannot be sent at all, as parallel methods in fields, is not sent
function sizeOf(value: unknown, passing: Passing): number {
  try {
    return pack(value, passing, "").bytes.length;
  } catch {
    return 0;
  }
}

function planState(
  { work, call, bound }: PlannedJob,
  pool: WorkerPool,
  state: Packed,
  bytesIn: number,
): ArgumentPlan[] {
  const given = call.positional.length + Object.keys(call.named ?? {}).length + (bound ? 1 : 0);
  if (work.kind !== "method" && given === 0 && pool.passing === "share") return [];
  const name = work.kind === "method" ? "this" : "the call's arguments";
  const from = work.kind === "method" ? "the batch, and the call's arguments" : "the call";
  const columns = state.shared.length;
  const once =
    pool.passing === "share"
      ? "once for all threads"
      : pool.sendsState(state)
        ? "with every chunk, since it is small"
        : "once to each process";
  const inPlace = columns > 0 ? `; ${count(columns, "buffer")} in shared memory used in place` : "";
  return [{ name, from, passing: "copied", bytesIn, bytesOut: 0, why: `cloned, ${once}${inPlace}` }];
}

function planItems(
  { invocations }: PlannedJob,
  { passing, worker }: WorkerPool,
  bytes: number,
): ArgumentPlan[] {
  const copied = (name: string, from: string, bytesIn: number, why: string): ArgumentPlan => ({
    name,
    from,
    passing: "copied",
    bytesIn,
    bytesOut: 0,
    why,
  });
  if (invocations.kind === "list") {
    return [copied("the item's arguments", "init", bytes, whyCopied(passing, undefined))];
  }
  const { components, names } = invocations;
  const isShared = (component: unknown) => passing === "share" && isColumn(component);
  const share = components.filter((component) => !isShared(component)).length;
  return components.map((component, i) => {
    const name = `argument ${i}`;
    const from = names?.[i] === undefined ? "init" : `component ${names[i]}`;
    if (isShared(component)) {
      return { name, from, ...shared, why: `a column in shared memory, which the ${worker}s see` };
    }
    const first = isColumn(component) ? component.values : component[0];
    return copied(name, from, Math.round(bytes / share), whyCopied(passing, first));
  });
}

function whyCopied(passing: WorkerPool["passing"], value: unknown): string {
  if (passing === "copy") return "a process has its own memory";
  if (isTypedArray(value) && isSharedArrayBuffer(value.buffer))
    return "views of shared memory: where they lie";
  return isTypedArray(value) ? "typed arrays outside of shared memory" : "ordinary values";
}
