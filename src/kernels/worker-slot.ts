import { type Remote, wrap } from "comlink";
import { startThread } from "#host/threads";
import type { KernelModule } from "../abi/kernel.js";
import type { Share } from "../call/cores.js";
import { sharedMemory } from "../columns/memory.js";
import type { WorkerName } from "../events/events.js";
import type { Thread } from "../hosts/host.js";
import type { Ending, WorkerEnd } from "../workers/ending.js";
import type { Assignment, PoolMembers } from "../workers/members.js";
import { RelocatedModules } from "./relocated-modules.js";
import type { WorkerJournal } from "./round-journal.js";
import {
  isFaultMessage,
  type RoundCall,
  type RoundReply,
  type WorkerApi,
  type WorkerData,
} from "./round-protocol.js";

/** Work of a round that the worker has. */
interface RoundWork extends Assignment {
  readonly journal: WorkerJournal;
}

interface Pending {
  readonly work: RoundWork;
  readonly resolve: (ending: Ending<RoundReply>) => void;
}

/**
 * One worker thread, and the next when it ended: memory that one had, its successor gets. While calls use it, it has a
 * core.
 */
export class Slot {
  readonly core;
  #thread: Thread | undefined;
  #name: WorkerName = "";
  #remote: Remote<WorkerApi> | undefined;
  #retired = false;
  #disposal: Promise<void> | undefined;
  #gone = false;
  #ended: Promise<void> = Promise.resolve();
  // by the round's id
  readonly #pending = new Map<number, Pending>();
  readonly #known = new Set<string>();
  readonly #modules: RelocatedModules;
  readonly #scratch: number;

  constructor(
    readonly scratchBytes: number,
    /** address of the words that all calls of the engine share */
    readonly engine: number,
    cores: Share,
    readonly members: PoolMembers,
  ) {
    this.core = cores.core(() => this.#idle());
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

  /** The worker has ended, and its memory is free again. */
  get gone(): boolean {
    return this.#gone;
  }

  // no call uses it any more
  #idle(): void {
    this.#thread?.keepAlive(false);
    if (this.#retired) void this.dispose();
  }

  /**
   * Sends a call that has the core its part in a round.
   * @throws RangeError when there is no room for static data; Error when the module cannot be loaded
   * @param onSent called when a worker has the call
   */
  async run(
    module: KernelModule,
    call: Omit<RoundCall, "source">,
    work: RoundWork,
    onSent: () => void,
  ): Promise<Ending<RoundReply>> {
    const closed = { kind: "ended", why: { kind: "closed" } } as const;
    if (this.#disposal) return closed;
    const relocated = await this.#modules.get(module);
    while (this.members.isEnding(this.#name)) await this.#ended;
    if (this.#disposal) return closed;
    // a worker gets each module once
    const source = this.#known.has(call.module) ? undefined : relocated;
    this.#known.add(call.module);
    this.#start();
    this.#thread!.keepAlive(true);
    const worker = this.#name;
    this.members.assign(worker, work);
    try {
      return await new Promise((resolve, reject) => {
        this.#pending.set(call.id, { work, resolve });
        this.#remote!.runRound({ ...call, source }).then(
          (reply) => {
            this.core.yielding ||= reply.yielded;
            resolve({ kind: "replied", reply });
          },
          (error: unknown) => {
            this.#known.delete(call.module);
            reject(error);
          },
        );
        onSent();
      });
    } finally {
      this.#pending.delete(call.id);
      this.members.release(worker, work);
    }
  }

  /** Ends the worker at once, whatever it runs. A later call starts another. */
  end(why: WorkerEnd): Promise<void> {
    if (!this.#thread) return Promise.resolve();
    this.members.explain(this.#name, why);
    return this.#thread.terminate();
  }

  /** Ends the worker now and frees its memory. */
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
    if (this.core.users === 0) void this.dispose();
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
    this.members.started(thread.name);
    thread.keepAlive(false);
    thread.onMessage((message) => {
      if (isFaultMessage(message)) this.#pending.get(message.id)?.work.journal.receive(message);
    });
    this.#ended = new Promise((resolve) => {
      thread.onExit((error) => {
        this.members.explain(thread.name, { kind: "crashed", error });
        const why = this.members.ended(thread.name)!;
        this.#thread = this.#remote = undefined;
        this.#known.clear();
        for (const { resolve } of this.#pending.values()) resolve({ kind: "ended", why });
        resolve();
      });
    });
    this.#thread = thread;
    this.#remote = wrap<WorkerApi>(thread.endpoint);
  }
}
