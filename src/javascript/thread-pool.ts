import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import { keepAlive } from "#host/keep-alive";
import type { Cores, Share } from "../call/cores.js";
import type { WorkerName } from "../events/events.js";
import type { Target } from "../events/target.js";
import type { Ending, WorkerEnd } from "../workers/ending.js";
import { PoolMembers } from "../workers/members.js";
import { SharedJournal } from "../workers/shared-journal.js";
import type { PortMessage, Report } from "./chunk-protocol.js";
import type { Packed } from "./codec/codec.js";
import { ThreadOutput } from "./output.js";
import { warnOfUnhandledErrors } from "./unhandled-warning.js";
import { type ChunkWork, FreeJournals, type Running, type WorkerPool } from "./worker-pool.js";

const far = new URL("./worker/thread.js", import.meta.url);

// idle threads stay for the next call and go when none comes
const idleTimeout = 60_000;

const smallState = 256;

interface Task {
  readonly work: ChunkWork;
  readonly sent: (worker: WorkerName) => void;
  /** who has it; absent while it waits for a thread to start */
  worker?: WorkerName;
}

/** Worker threads by Piscina. */
export class ThreadPool implements WorkerPool {
  readonly worker = "thread";
  readonly passing = "share";
  readonly cores: Share;
  readonly journals: FreeJournals;
  readonly members: PoolMembers;
  #piscina: Piscina | undefined;
  readonly #tasks = new Map<AbortController, Task>();
  readonly #threads = new WeakSet<Worker>();
  readonly #exits = new Map<WorkerName, Promise<void>>();
  readonly #outputs = new Map<WorkerName, ThreadOutput>();

  constructor(target: Target, cores: Cores) {
    const waiting = new SharedArrayBuffer(4);
    const count = new Int32Array(waiting);
    this.cores = cores.join((_, requests) => Atomics.store(count, 0, requests));
    this.journals = new FreeJournals(() => new SharedJournal(waiting));
    this.members = new PoolMembers(target);
  }

  share(state: Packed): Packed {
    const { bytes, shared } = state;
    // memory of its own costs a small call more than a few bytes in each message
    if (bytes.length <= smallState) return state;
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return { bytes: copy, shared };
  }

  sendsState(): boolean {
    return true;
  }

  run(work: ChunkWork, sent: (worker: WorkerName) => void): Running {
    this.#piscina ??= this.#makePiscina();
    const piscina = this.#piscina;
    const controller = new AbortController();
    const task: Task = { work, sent };
    let killed: WorkerEnd | undefined;
    this.#tasks.set(controller, task);
    const ended = piscina
      .run({ ...work.message, [Piscina.queueOptionsSymbol]: task }, { signal: controller.signal })
      .then(
        (reply: Report): Ending<Report> => ({ kind: "replied", reply }),
        (error: Error): Ending<Report> => {
          const { aborted, reason } = controller.signal;
          return { kind: "ended", why: killed ?? { kind: "crashed", error: aborted ? reason : error } };
        },
      )
      .finally(async () => {
        this.#tasks.delete(controller);
        if (!task.worker) return;
        this.members.release(task.worker, work);
        await this.#outputs.get(task.worker)?.passOnAll();
      });
    this.#watchThreads(piscina);
    const kill = (why: WorkerEnd) => {
      killed ??= why;
      if (task.worker) this.members.explain(task.worker, why);
      controller.abort();
    };
    return { ended, kill };
  }

  retire(worker: WorkerName): void {
    this.members.explain(worker, { kind: "abandoned" });
    void this.#piscina?.threads.find(({ threadId }) => nameOf(threadId) === worker)?.terminate();
  }

  async gone(worker: WorkerName): Promise<void> {
    await this.#exits.get(worker);
  }

  async close(): Promise<void> {
    const piscina = this.#piscina;
    this.#piscina = undefined;
    const release = keepAlive();
    try {
      this.members.cancelCalls(new Error("The workers were shut down while the call ran."));
      this.journals.clear();
      await piscina?.destroy();
      for (const output of this.#outputs.values()) output.passOn();
    } finally {
      release();
    }
  }

  #makePiscina(): Piscina {
    const piscina = new Piscina({
      filename: far.href,
      minThreads: 0,
      // the budget of cores limits how many there are
      maxThreads: 1024,
      idleTimeout,
      atomics: "disabled",
      recordTiming: false,
      loadBalancer: (task, workers) => {
        const idle = workers.find(({ currentUsage }) => currentUsage === 0);
        if (idle) this.#handOver(queuedTask(task), nameOf(idle.id));
        return idle ?? null;
      },
    });
    let failure = new Error("it ended while it started");
    piscina.on("error", (error: Error) => {
      failure = error;
    });
    piscina.on("message", warnOfUnhandledErrors);
    piscina.on("message", (message) => this.#receivePort(message));
    piscina.on("workerCreate", () => this.#watchThreads(piscina));
    // piscina starts no thread in the place of one that ends while it starts, and the chunk meant for it waits for ever
    piscina.on("workerDestroy", () => {
      setImmediate(() => {
        if (this.#piscina === piscina && piscina.queueSize > 0) this.#failUnsent(failure);
      });
    });
    return piscina;
  }

  // piscina reports a thread only when it is ready, and never one that ends before
  #watchThreads(piscina: Piscina): void {
    for (const thread of piscina.threads) {
      if (this.#threads.has(thread)) continue;
      this.#threads.add(thread);
      const name = nameOf(thread.threadId);
      this.members.started(name);
      const output = this.#outputOf(name);
      thread.once("error", (error: Error) => this.members.explain(name, { kind: "crashed", error }));
      const exit = new Promise<void>((resolve) => {
        thread.once("exit", () => resolve());
      });
      this.#exits.set(name, exit);
      thread.once("exit", (code) => {
        this.#exits.delete(name);
        this.members.exited(name, `exit code ${code}`);
        output.end();
        this.#outputs.delete(name);
      });
    }
  }

  #receivePort(message: unknown): void {
    const { nogil, worker, port } = (message ?? {}) as Partial<PortMessage>;
    if (nogil === "port") this.#outputOf(worker!).receive(port!);
  }

  #outputOf(worker: WorkerName): ThreadOutput {
    let output = this.#outputs.get(worker);
    if (!output) {
      output = new ThreadOutput();
      this.#outputs.set(worker, output);
    }
    return output;
  }

  #handOver(task: Task, worker: WorkerName): void {
    if (this.#piscina) this.#watchThreads(this.#piscina);
    task.worker = worker;
    this.members.assign(worker, task.work);
    task.sent(worker);
  }

  #failUnsent(reason: Error): void {
    for (const [controller, { worker }] of this.#tasks) if (worker === undefined) controller.abort(reason);
  }
}

function queuedTask(task: object): Task {
  return (task as Record<symbol, Task>)[Piscina.queueOptionsSymbol];
}

function nameOf(thread: number): WorkerName {
  return `thread ${thread}`;
}
