import { isError } from "../../base/realms.js";
import { returnedKernel } from "../../call/returned-kernel.js";
import { toShared } from "../../events/clock.js";
import { type JournalWriter, Kind } from "../../workers/chunk-journal.js";
import { CoreTurn } from "../../workers/yielding.js";
import { type Chunk, countOf, itemAt, type LostWrite, type Report } from "../chunk-protocol.js";
import { pack } from "../codec/codec.js";
import { ErrorParcel, packError } from "../codec/errors.js";
import { FailureWriter } from "../codec/failures.js";
import { argumentReader } from "../codec/item-arguments.js";
import { plainJson } from "../codec/plain.js";
import { toError } from "../thrown.js";
import { timeTo } from "../time-to.js";
import { Attempt } from "./attempt.js";
import { warningsPrinted } from "./output.js";
import { ownName } from "./own-name.js";
import { type Call, prepareCall } from "./received-call.js";
import { type Failing, inFlight } from "./unhandled-errors.js";

// bytes of results after which a chunk ends early, so that they do not pile up
const enoughResults = 2 ** 25;
// items shorter than this many milliseconds are not worth a look at the clock each
const shortItem = 0.01;
const shortItems = 16;

const calls = new Map<number, Promise<Call>>();

// items given up go on running here, so that the engine ends this worker
let retired = false;

/** Runs the items of a chunk, as many as it may, once their call is prepared here, and leaves their results in the journal. */
export async function runChunk(chunk: Chunk, journal: JournalWriter): Promise<Report> {
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
  const report = await new ChunkRun(chunk, call, journal).run();
  retired = report.kind === "done" && report.abandoned > 0;
  await warningsPrinted();
  return report;
}

const noArguments = () => [];

class ChunkRun {
  readonly #count: number;
  #argumentsOf: (position: number) => unknown[];
  readonly #started = performance.now();
  readonly #turn: CoreTurn;
  readonly #stillRunning = new Set<PromiseLike<unknown>>();
  readonly #lost: LostWrite[] = [];
  readonly #failures = new FailureWriter();
  #next = 0;
  #lanes = 0;
  #finish!: () => void;
  #lookAgain = 1;
  #reason: Error | undefined;

  constructor(
    readonly chunk: Chunk,
    readonly call: Call,
    private readonly journal: JournalWriter,
  ) {
    this.#count = countOf(chunk.items);
    this.#argumentsOf = argumentReader(chunk, call);
    this.#turn = new CoreTurn(chunk.slice ?? Number.POSITIVE_INFINITY, () => journal.isWanted());
    this.#turn.begin(this.#started);
  }

  run(): Promise<Report> {
    const lanes = Math.min(this.chunk.call.concurrency, this.#count);
    return new Promise((resolve, reject) => {
      this.#finish = () => this.#report().then(resolve, reject);
      this.#lanes = lanes;
      for (let lane = 0; lane < lanes; lane++) this.#advance();
    });
  }

  // callbacks in place of `await`, since each promise costs a microsecond where items are followed (Node 20)
  #advance(): void {
    while (this.#next < this.#count && !this.#over()) {
      const position = this.#next++;
      if (!this.journal.begin(position)) break;
      const item = new Item(this, position);
      item.start();
      if (item.waits) {
        inFlight.add(item);
        return;
      }
    }
    this.#endLane();
  }

  runPosition(position: number): unknown {
    return this.call.run(this.#argumentsOf(position));
  }

  /** Takes what an item came to, and goes on with the next if it had to be waited for. */
  take(item: Item, failed: boolean, value: unknown): void {
    const { position } = item;
    try {
      if (failed) this.#commitFailure(position, value);
      else this.#commitValue(position, value);
    } catch (error) {
      this.#commitFailure(position, error);
    }
    if (this.call.writes) this.#noteWrites(position, this.call.writes.assigned());
    if (!item.waits) return;
    item.waits = false;
    inFlight.delete(item);
    if (item.stillRuns) this.#remember(item.stillRuns);
    // until it has ended no other takes its place
    if (item.stillRuns && this.chunk.call.exact) this.#endLane();
    else this.#advance();
  }

  #commitValue(position: number, value: unknown): void {
    const { journal, call } = this;
    if (typeof value === "number") journal.commit(position, Kind.Number, value);
    else if (value === undefined) journal.commit(position, Kind.Undefined, 0);
    else if (value === null) journal.commit(position, Kind.Null, 0);
    else if (typeof value === "boolean") journal.commit(position, value ? Kind.True : Kind.False, 0);
    else if (typeof value === "string" && value.isWellFormed())
      journal.commitText(position, Kind.Text, value);
    else {
      const failure = isError(value) ? value : returnedKernel(value, call.label);
      if (failure) this.#commitFailure(position, failure);
      else this.#commitObject(position, value);
    }
  }

  #commitObject(position: number, value: unknown): void {
    const json = plainJson(value);
    if (json !== undefined) this.journal.commitText(position, Kind.Json, json);
    else {
      const { bytes } = pack(value, "copy", `${this.call.label}: the result`);
      this.journal.commitBytes(position, Kind.Value, bytes);
    }
  }

  #commitFailure(position: number, thrown: unknown): void {
    const failure = this.#failures.write(toError(thrown), this.call.exports);
    if (typeof failure === "string") this.journal.commitText(position, Kind.PlainFailure, failure);
    else this.journal.commitBytes(position, Kind.Failure, failure);
  }

  #remember(promise: PromiseLike<unknown>): void {
    this.#stillRunning.add(promise);
    const settled = () => {
      this.#stillRunning.delete(promise);
      if (!this.chunk.call.exact || this.#lanes === 0) return;
      this.#lanes++;
      this.#advance();
    };
    promise.then(settled, settled);
  }

  #endLane(): void {
    if (--this.#lanes === 0) this.#finish();
  }

  async #report(): Promise<Report> {
    const ended = performance.now();
    // what has run may be reached from what runs next, by way of promises that nobody needs any more
    this.#argumentsOf = noArguments;
    if (this.#stillRunning.size > 0)
      await timeTo(this.chunk.call.grace, Promise.allSettled(this.#stillRunning));
    this.#noteWrites(this.#next - 1, this.call.writes?.changed());
    return {
      kind: "done",
      began: toShared(this.#started),
      busy: ended - this.#started,
      abandoned: this.#stillRunning.size,
      worker: ownName(),
      lost: this.#lost.length > 0 ? this.#lost : undefined,
    };
  }

  // the first item runs in any case
  #over(): boolean {
    const done = this.#next;
    if (done === 0) return false;
    if (this.journal.size > enoughResults) return true;
    if (this.chunk.slice === undefined || done < this.#lookAgain) return false;
    const now = performance.now();
    this.#lookAgain = done + (now - this.#started < done * shortItem ? shortItems : 1);
    return this.#turn.isOver(now);
  }

  /** Why the call is to end, once it is. */
  cancelled(): Error | undefined {
    if (!this.#reason) {
      const bytes = this.journal.asked();
      if (bytes) this.#reason = new ErrorParcel({ bytes, shared: [] }).open(this.call.exports);
    }
    return this.#reason;
  }

  #noteWrites(position: number, names: readonly string[] = []): void {
    const fresh = names.filter((name) => !this.call.reported.has(name));
    for (const name of fresh) this.call.reported.add(name);
    if (fresh.length > 0) this.#lost.push({ position, names: fresh });
  }
}

class Item extends Attempt implements Failing {
  constructor(
    private readonly chunk: ChunkRun,
    readonly position: number,
  ) {
    super(chunk.chunk.call.timeout);
  }

  get label(): string {
    return this.chunk.call.label;
  }

  get item(): number {
    return itemAt(this.chunk.chunk.items, this.position);
  }

  override run(): unknown {
    return this.chunk.runPosition(this.position);
  }

  protected override settle(failed: boolean, value: unknown): void {
    this.chunk.take(this, failed, value);
  }

  protected override cancelled(): Error | undefined {
    return this.chunk.cancelled();
  }
}
