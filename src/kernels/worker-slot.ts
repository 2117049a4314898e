import { type Remote, wrap } from "comlink";
import type { KernelModule } from "../abi/kernel.js";
import type { Share } from "../call/cores.js";
import { sharedMemory } from "../columns/memory.js";
import { now } from "../events/clock.js";
import type { WorkerName } from "../events/events.js";
import { publish } from "../events/stream.js";
import { startThread } from "../hosts/browser/threads.js";
import type { Thread } from "../hosts/host.js";
import { RelocatedModules } from "./relocated-modules.js";
import {
  type FaultMessage,
  isFaultMessage,
  type RoundCall,
  type RoundReply,
  type WorkerApi,
  type WorkerData,
} from "./round-protocol.js";

/** Why a worker was ended. */
export type Ending =
  | { readonly kind: "timeout"; readonly round: number; readonly item: number }
  | { readonly kind: "cancelled"; readonly round: number }
  | { readonly kind: "closed" }
  | { readonly kind: "crashed"; readonly error?: Error };

/** What the calls in flight to a worker that ends are rejected with. */
export class WorkerEnded {
  constructor(readonly ending: Ending) {}
}

/** A call's wish to use a worker. */
export interface Entry {
  /** whether the call has the worker, and is to run something there; false once it was withdrawn */
  readonly entered: Promise<boolean>;
  /** Takes the wish back, if it did not come true yet. */
  withdraw(): void;
}

interface Waiting {
  readonly limit?: number;
  readonly admit: () => void;
  /** takes its request for a core back */
  withdraw: () => void;
}

/**
 * One worker thread, and the next when it ended: memory that one had, its successor gets. While calls use it, it has a
 * core.
 */
export class Slot {
  /** calls that use it */
  load = 0;
  readonly #waiting = new Set<Waiting>();
  // the worker is giving its core up, which takes until the last call has left it
  #yielding = false;
  #thread: Thread | undefined;
  #name: WorkerName = "";
  #remote: Remote<WorkerApi> | undefined;
  #ending: Ending | undefined;
  #retired = false;
  #disposal: Promise<void> | undefined;
  #gone = false;
  #ended: Promise<void> = Promise.resolve();
  readonly #rejects = new Set<(reason: WorkerEnded) => void>();
  readonly #known = new Set<string>();
  readonly #modules: RelocatedModules;
  readonly #scratch: number;

  constructor(
    readonly scratchBytes: number,
    /** address of the words that all calls of the engine share */
    readonly engine: number,
    readonly cores: Share,
    readonly onFault: (message: FaultMessage) => void,
  ) {
    this.#modules = new RelocatedModules(scratchBytes);
    this.#scratch = sharedMemory().allocate(scratchBytes, { purpose: "a worker's scratch memory" });
  }

  /** The worker that runs now, or ran last. */
  get worker(): WorkerName {
    return this.#name;
  }

  get retired(): boolean {
    return this.#retired;
  }

  /** The worker has ended, and its memory is given back. */
  get gone(): boolean {
    return this.#gone;
  }

  get alive(): boolean {
    return this.#thread !== undefined;
  }

  /** @param limit how many cores may be in use, if more than there are */
  enter(limit?: number): Entry {
    const { promise: entered, resolve } = withResolvers<boolean>();
    const waiting: Waiting = {
      limit,
      admit: () => {
        this.load++;
        resolve(true);
      },
      withdraw: () => {},
    };
    if (this.load > 0 && !this.#yielding) {
      waiting.admit();
    } else {
      this.#waiting.add(waiting);
      if (this.load === 0) this.#ask(waiting);
    }
    const withdraw = () => {
      if (!this.#waiting.delete(waiting)) return;
      waiting.withdraw();
      resolve(false);
    };
    return { entered, withdraw };
  }

  #ask(waiting: Waiting): void {
    waiting.withdraw = this.cores.acquire(() => {
      // one core is enough for all of them
      const all = [...this.#waiting];
      this.#waiting.clear();
      for (const { withdraw } of all) withdraw();
      for (const { admit } of all) admit();
    }, waiting.limit);
  }

  #leave(): void {
    if (--this.load > 0) return;
    this.#yielding = false;
    this.#thread?.hold(false);
    if (this.#retired) void this.dispose();
    this.cores.release();
    for (const waiting of [...this.#waiting]) if (this.#waiting.has(waiting)) this.#ask(waiting);
  }

  /**
   * For a call that has entered, which leaves when this is over.
   * @throws WorkerEnded when the worker ends before it replies; RangeError when there is no room for static data; Error when
   * the module is none
   * @param onSent called when a worker has the call
   */
  async runRound(
    module: KernelModule,
    call: Omit<RoundCall, "source">,
    onSent: () => void,
  ): Promise<RoundReply> {
    const { promise, resolve, reject } = withResolvers<RoundReply>();
    try {
      this.#check();
      const relocated = await this.#modules.get(module);
      while (this.#ending) await this.#ended;
      this.#check();
      // a worker gets each module once
      const source = this.#known.has(call.module) ? undefined : relocated;
      this.#known.add(call.module);
      this.#start();
      this.#thread!.hold(true);
      this.#rejects.add(reject);
      this.#remote!.runRound({ ...call, source }).then(resolve, (error: unknown) => {
        this.#known.delete(call.module);
        reject(error);
      });
      onSent();
      const reply = await promise;
      this.#yielding ||= reply.yielded;
      return reply;
    } finally {
      this.#rejects.delete(reject);
      this.#leave();
    }
  }

  #check(): void {
    if (this.#disposal) throw new WorkerEnded({ kind: "closed" });
  }

  /** Ends the worker at once, whatever it runs. A later call starts another. */
  end(ending: Ending): Promise<void> {
    if (!this.#thread) return Promise.resolve();
    this.#ending ??= ending;
    return this.#thread.terminate();
  }

  /** Ends the worker now and gives its memory back. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#endAndFree();
    return this.#disposal;
  }

  async #endAndFree(): Promise<void> {
    if (this.#thread) {
      await this.end({ kind: "closed" });
      await this.#ended;
    }
    sharedMemory().free(this.#scratch);
    this.#modules.free();
    this.#gone = true;
  }

  /** Ends the worker when its last call is done; it gets no other. */
  retire(): void {
    this.#retired = true;
    if (this.load === 0) void this.dispose();
  }

  #start(): void {
    if (this.#thread) return;
    const data: WorkerData = {
      memory: sharedMemory().memory,
      scratch: { address: this.#scratch, bytes: this.scratchBytes },
      engine: this.engine,
    };
    const thread = startThread(new URL("./worker.js", import.meta.url), data);
    this.#name = thread.name;
    publish({ type: "workerStarted", time: now(), worker: thread.name, target: "nogil" });
    thread.hold(false);
    thread.onMessage((message) => {
      if (isFaultMessage(message)) this.onFault(message);
    });
    const { promise, resolve } = withResolvers<void>();
    this.#ended = promise;
    thread.onExit((error) => {
      const ending = this.#ending ?? { kind: "crashed", error };
      const reason = reasonOf(ending);
      const given = reason === undefined ? undefined : { reason };
      publish({ type: "workerEnded", time: now(), worker: thread.name, target: "nogil", ...given });
      this.#thread = this.#remote = this.#ending = undefined;
      this.#known.clear();
      for (const reject of this.#rejects) reject(new WorkerEnded(ending));
      resolve();
    });
    this.#thread = thread;
    this.#remote = wrap<WorkerApi>(thread.endpoint);
  }
}

function reasonOf(ending: Ending): string | undefined {
  switch (ending.kind) {
    case "timeout":
      return `item ${ending.item} was over its timeout`;
    case "cancelled":
      return "its call was cancelled";
    case "crashed":
      return ending.error?.message ?? "it ended by itself";
    case "closed":
      return undefined;
  }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
