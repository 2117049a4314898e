import { Piscina } from "piscina";
import type { Packed } from "../workers/packing.js";
import type { Chunk, Report } from "../workers/protocol.js";
import { hasBegun, SharedLedger } from "../workers/shared-ledger.js";
import { Closing, type Crew, type Ending, type Running, Slots } from "./crew.js";
import { keepAlive } from "./keep-alive.js";

const far = new URL("../workers/thread.js", import.meta.url);

// idle threads stay for the next call and go when none comes
const idleTimeout = 60_000;

/** Worker threads by Piscina. */
export class ThreadCrew implements Crew {
  readonly worker = "thread";
  readonly passing = "share";
  readonly slots = new Slots(() => new SharedLedger());
  readonly closing = new Closing();
  #pool: Piscina | undefined;
  readonly #running = new Map<AbortController, Chunk>();

  share({ bytes, shared }: Packed): Packed {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return { bytes: copy, shared };
  }

  sendsState(): boolean {
    return true;
  }

  run(chunk: Chunk): Running {
    this.#pool ??= this.#makePool();
    const controller = new AbortController();
    this.#running.set(controller, chunk);
    const ended = this.#pool
      .run(chunk, { signal: controller.signal })
      .then(
        (report: Report): Ending => ({ kind: "report", report }),
        (reason: Error): Ending => ({
          kind: "died",
          reason: controller.signal.aborted ? controller.signal.reason : reason,
        }),
      )
      .finally(() => this.#running.delete(controller));
    return { ended, kill: () => controller.abort(new Error("it was ended")) };
  }

  retire(thread: number): void {
    void this.#pool?.threads.find(({ threadId }) => threadId === thread)?.terminate();
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    const release = keepAlive();
    this.closing.announce();
    this.slots.clear();
    await pool?.destroy();
    release();
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
    });
    let failure = new Error("it ended while it started");
    pool.on("error", (error: Error) => {
      failure = error;
    });
    // piscina starts no thread in the place of one that ends while it starts, and the chunk meant for it waits for ever
    pool.on("workerDestroy", () => {
      setImmediate(() => {
        if (this.#pool === pool && pool.queueSize > 0) this.#takeBack(failure);
      });
    });
    return pool;
  }

  #takeBack(reason: Error): void {
    for (const [controller, { ledger }] of this.#running) if (!hasBegun(ledger)) controller.abort(reason);
  }
}
