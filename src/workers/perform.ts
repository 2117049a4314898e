import { isMainThread, threadId } from "node:worker_threads";
import { Invocation, joinArguments, type Named } from "../invocation.js";
import { reviveKey } from "../keys.js";
import { type Exports, isError, packError, toError } from "./errors.js";
import { expiry, isThenable, timeoutError } from "./expiry.js";
import { findClass, findFunction, findMethod } from "./find.js";
import { Kind, type LedgerWriter } from "./ledger.js";
import { loadModule } from "./load.js";
import { pack, unpack } from "./packing.js";
import {
  type CallReference,
  type CallState,
  type Chunk,
  type ChunkArguments,
  countOf,
  itemAt,
  type Report,
  type WorkAddress,
} from "./protocol.js";

/** A call as this worker has it. */
interface Call {
  readonly label: string;
  readonly exports: Exports;
  readonly run: (args: readonly unknown[]) => unknown;
  readonly bound: Invocation;
  readonly call: Invocation;
  readonly shared: readonly (Row | null)[];
}

type Row = { at(i: number): unknown };

const calls = new Map<number, Promise<Call>>();

// items given up go on running here, so that the engine ends this worker
let retired = false;

// bytes of results after which a chunk ends early, so that they do not pile up
const enoughResults = 2 ** 25;

/** Runs the items of a chunk, as many as it may, and leaves their results in the ledger. */
export async function perform(chunk: Chunk, ledger: LedgerWriter): Promise<Report> {
  if (retired) return { kind: "retired" };
  const { call: reference } = chunk;
  if (!calls.has(reference.id)) {
    if (!reference.state) return { kind: "stateless" };
    for (const id of calls.keys()) if (id < reference.oldest) calls.delete(id);
    calls.set(reference.id, prepare(reference));
  }
  let call: Call;
  try {
    call = await calls.get(reference.id)!;
  } catch (error) {
    calls.delete(reference.id);
    return { kind: "impossible", error: packError(toError(error)) };
  }
  return runItems(chunk, call, ledger);
}

async function prepare({ label, work, state }: CallReference): Promise<Call> {
  const exports = await loadModule(work.module);
  const { self, bound, call, shared }: CallState = unpack(state!);
  const toInvocation = ([positional, named]: CallState["call"]) => new Invocation(positional, named as Named);
  return {
    label,
    exports,
    run: runnable(work, exports, self),
    bound: bound ? toInvocation(bound) : new Invocation([]),
    call: toInvocation(call),
    shared: (shared ?? []) as Call["shared"],
  };
}

function runnable(work: WorkAddress, exports: Exports, state: object | undefined): Call["run"] {
  switch (work.kind) {
    case "function": {
      const fn = findFunction(exports, work);
      return (args) => fn(...args);
    }
    case "method": {
      const found = findClass(exports, work.className, work.module);
      const method = findMethod(found, work.method, work.depth);
      const batch = rebuild(found, state!);
      return (args) => method.apply(batch, args as unknown[]);
    }
  }
}

function rebuild(
  found: { prototype: object; [reviveKey]?: (state: object) => object },
  state: object,
): object {
  return found[reviveKey]?.(state) ?? Object.assign(Object.create(found.prototype), state);
}

async function runItems(chunk: Chunk, call: Call, ledger: LedgerWriter): Promise<Report> {
  const count = countOf(chunk.items);
  const argumentsOf = argumentReader(chunk, call);
  const started = performance.now();
  const { concurrency, timeout } = chunk.call;
  let next = 0;
  let abandoned = 0;

  const over = () =>
    ledger.size > enoughResults || (chunk.slice !== undefined && performance.now() - started > chunk.slice);

  async function lane(): Promise<void> {
    while (next < count && (next === 0 || !over())) {
      const position = next++;
      if (!ledger.begin(position)) return;
      try {
        let value = call.run(argumentsOf(position));
        if (isThenable(value)) {
          if (timeout === undefined) value = await value;
          else {
            const running = value;
            const expired = await expiry(running, timeout);
            if (expired) {
              abandoned++;
              const settled = () => void abandoned--;
              running.then(settled, settled);
              throw timeoutError(timeout);
            }
            value = await running;
          }
        }
        commitValue(ledger, position, value, call);
      } catch (thrown) {
        commitFailure(ledger, position, thrown, call);
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane));
  retired = abandoned > 0;
  return {
    kind: "done",
    began: performance.timeOrigin + started,
    busy: performance.now() - started,
    abandoned,
    worker: isMainThread ? `process ${process.pid}` : `thread ${threadId}`,
  };
}

/** What each position of the chunk is called with. */
function argumentReader(
  { items, args }: Chunk,
  { bound, call, shared }: Call,
): (position: number) => unknown[] {
  const given: ChunkArguments = unpack(args);
  const plain = !bound.named && !call.named;
  if (given.kind === "columns") {
    const columns = given.columns.map((column, i) => {
      if (column) return (position: number) => column[position];
      const whole = shared[i]!;
      return (position: number) => whole.at(itemAt(items, position));
    });
    if (plain) {
      return (position) => [
        ...bound.positional,
        ...columns.map((column) => column(position)),
        ...call.positional,
      ];
    }
    return (position) => {
      const item = new Invocation(
        [...bound.positional, ...columns.map((column) => column(position))],
        bound.named,
      );
      return joinArguments(item, call);
    };
  }
  return (position) => {
    const [positional, named] = given.entries[position];
    if (plain && !named) return [...bound.positional, ...positional, ...call.positional];
    const item = new Invocation([...bound.positional, ...positional], { ...bound.named, ...named });
    return joinArguments(item, call);
  };
}

function commitValue(ledger: LedgerWriter, position: number, value: unknown, call: Call): void {
  if (typeof value === "number") ledger.commit(position, Kind.Number, value);
  else if (value === undefined) ledger.commit(position, Kind.Undefined, 0);
  else if (value === null) ledger.commit(position, Kind.Null, 0);
  else if (typeof value === "boolean") ledger.commit(position, value ? Kind.True : Kind.False, 0);
  else if (typeof value === "string" && value.isWellFormed()) {
    ledger.commitBytes(position, Kind.Text, Buffer.from(value));
  } else if (isError(value)) commitFailure(ledger, position, value, call);
  else ledger.commitBytes(position, Kind.Value, pack(value, "copy", `${call.label}: the result`).bytes);
}

function commitFailure(ledger: LedgerWriter, position: number, thrown: unknown, call: Call): void {
  ledger.commitBytes(position, Kind.Failure, packError(toError(thrown), call.exports).bytes);
}
