import type { Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Cores } from "../call/cores.js";
import type { Target } from "../call/job.js";
import type { WorkerName } from "../events/events.js";
import { keepAlive } from "../hosts/node/keep-alive.js";
import { type Assignment, Roster } from "../workers/members.js";
import { Closing, type Crew, type Ending, type Running, Slots } from "../workers/pool.js";
import { SharedLedger } from "../workers/shared-journal.js";
import type { PortMessage, Report } from "./chunk-protocol.js";
import type { Packed } from "./codec/codec.js";
import { ThreadOutput } from "./output.js";
import { hearStrays } from "./unhandled-warning.js";

const far = new URL("./worker/thread.js", import.meta.url);

// idle threads stay for the next call and go when none comes
const idleTimeout = 60_000;

interface Task {
  readonly assignment: Assignment;
  readonly sent: (worker: WorkerName) => void;
  /** who has it; absent while it waits for a thread to start */
  worker?: WorkerName;
}

/** Worker threads by Piscina. */
export class ThreadCrew implements Crew {
  readonly worker = "thread";
  readonly passing = "share";
  readonly slots: Slots;
  readonly closing = new Closing();
  readonly roster: Roster;
  #pool: Piscina | undefined;
  readonly #tasks = new Map<AbortController, Task>();
  readonly #threads = new WeakSet<Worker>();
  readonly #outputs = new Map<WorkerName, ThreadOutput>();

  constructor(target: Target, cores: Cores) {
    const waiting = new SharedArrayBuffer(4);
    const count = new Int32Array(waiting);
    cores.watch((requests) => Atomics.store(count, 0, requests));
    this.slots = new Slots(cores.join(), () => new SharedLedger(waiting));
    this.roster = new Roster(target);
  }

  share({ bytes, shared }: Packed): Packed {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return { bytes: copy, shared };
  }

  sendsState(): boolean {
    return true;
  }

  run(assignment: Assignment, sent: (worker: WorkerName) => void): Running {
    this.#pool ??= this.#makePool();
    const pool = this.#pool;
    const controller = new AbortController();
    const task: Task = { assignment, sent };
    this.#tasks.set(controller, task);
    const ended = pool
      .run({ ...assignment.chunk, [Piscina.queueOptionsSymbol]: task }, { signal: controller.signal })
      .then(
        (report: Report): Ending => ({ kind: "report", report }),
        (reason: Error): Ending => ({
          kind: "died",
          reason: controller.signal.aborted ? controller.signal.reason : reason,
        }),
      )
      .finally(async () => {
        this.#tasks.delete(controller);
        if (!task.worker) return;
        this.roster.release(task.worker);
        await this.#outputs.get(task.worker)?.passOnAll();
      });
    this.#greet(pool);
    const kill = (reason: string) => {
      if (task.worker) this.roster.explain(task.worker, reason);
      controller.abort(new Error("it was ended"));
    };
    return { ended, kill };
  }

  retire(worker: WorkerName): void {
    this.roster.explain(worker, "items that it gave up still ran");
    void this.#pool?.threads.find(({ threadId }) => nameOf(threadId) === worker)?.terminate();
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    const release = keepAlive();
    try {
      this.closing.announce();
      this.slots.clear();
      await pool?.destroy();
      for (const output of this.#outputs.values()) output.passOn();
    } finally {
      release();
    }
  }

  #makePool(): Piscina {
    const pool = new Piscina({
      filename: far.href,
      minThreads: 0,
      // the slots limit how many there are
      maxThreads: 1024,
      idleTimeout,
      atomics: "async",
      recordTiming: false,
      loadBalancer: (task, workers) => {
        const idle = workers.find(({ currentUsage }) => currentUsage === 0);
        if (idle) this.#handOver(queuedTask(task), nameOf(idle.id));
        return idle ?? null;
      },
    });
    let failure = new Error("it ended while it started");
    pool.on("error", (error: Error) => {
      failure = error;
    });
    pool.on("message", hearStrays);
    pool.on("message", (message) => this.#hearPort(message));
    pool.on("workerCreate", () => this.#greet(pool));
    // piscina starts no thread in the place of one that ends while it starts, and the chunk meant for it waits for ever
    pool.on("workerDestroy", () => {
      setImmediate(() => {
        if (this.#pool === pool && pool.queueSize > 0) this.#takeBack(failure);
      });
    });
    return pool;
  }

  // piscina tells of a thread only when it is ready, and of none that ends before
  #greet(pool: Piscina): void {
    for (const thread of pool.threads) {
      if (this.#threads.has(thread)) continue;
      this.#threads.add(thread);
      const name = nameOf(thread.threadId);
      let failure: Error | undefined;
      this.roster.started(name);
      const output = this.#outputOf(name);
      thread.once("error", (error: Error) => {
        failure = error;
      });
      thread.once("exit", (code) => {
        if (failure) this.roster.explain(name, failure.message);
        this.roster.ended(name, `exit code ${code}`);
        output.end();
        this.#outputs.delete(name);
      });
    }
  }

  #hearPort(message: unknown): void {
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
    if (this.#pool) this.#greet(this.#pool);
    task.worker = worker;
    this.roster.assign(worker, task.assignment);
    task.sent(worker);
  }

  #takeBack(reason: Error): void {
    for (const [controller, { worker }] of this.#tasks) if (worker === undefined) controller.abort(reason);
  }
}

function queuedTask(task: object): Task {
  return (task as Record<symbol, Task>)[Piscina.queueOptionsSymbol];
}

function nameOf(thread: number): WorkerName {
  return `thread ${thread}`;
}
