import { controllerOfMany } from "../base/controller.js";
import type { Share } from "../call/cores.js";
import type { WorkerName } from "../events/events.js";
import type { Report } from "../javascript/chunk-protocol.js";
import type { Packed, Passing } from "../javascript/codec/codec.js";
import type { ChunkJournal } from "../workers/journal.js";
import type { Assignment, PoolMembers } from "../workers/members.js";

/** How a chunk came to its end. */
export type Ending =
  | { readonly kind: "report"; readonly report: Report }
  /** the worker ended, by itself or by `kill`; none of the chunk's items runs any more */
  | { readonly kind: "died"; readonly reason: Error };

/** A chunk that a worker has. */
export interface Running {
  /** never rejects */
  readonly ended: Promise<Ending>;
  /**
   * Ends the worker at once. `ended` tells when that is so.
   * @param reason for reports
   */
  kill(reason: string): void;
}

/** The workers of one kind, which all calls of the process share. Idle ones do not keep it alive. */
export interface WorkerPool {
  /** what an error calls one of them */
  readonly worker: string;
  readonly passing: Passing;
  readonly slots: Slots;
  readonly closing: Closing;
  readonly members: PoolMembers;
  /** The form in which a call's state goes with each of its chunks. */
  share(state: Packed): Packed;
  /** Whether the state goes with each chunk, or only with those whose worker asked for it. */
  readonly sendsState: (state: Packed) => boolean;
  /**
   * Takes a slot's place: at most as many chunks run at once as there are slots taken.
   * @param sent called when a worker has the chunk
   */
  run(assignment: Assignment, sent: (worker: WorkerName) => void): Running;
  /** Ends a worker that reported items it gave up. */
  retire(worker: WorkerName): void;
  close(): Promise<void>;
}

/** The place of one chunk in flight, with the journal that it uses. */
export interface Slot {
  readonly journal: ChunkJournal;
  readonly generation: number;
}

/** Tells the calls in flight that the workers are about to be ended. Later calls are not meant. */
export class Closing {
  #controller = controllerOfMany();

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  announce(): void {
    const announced = this.#controller;
    this.#controller = controllerOfMany();
    announced.abort(new Error("The workers were shut down while the call ran."));
  }
}

/** Hands out slots, each with a core of the engine's share, in the order of asking, so that concurrent calls share the workers. */
export class Slots {
  readonly #free: Slot[] = [];
  #generation = 0;

  constructor(
    private readonly cores: Share,
    private readonly makeJournal: () => ChunkJournal,
  ) {}

  /**
   * @param limit as many slots as may be taken at once, if more than the number of cores
   * @param cancelled resolves when nobody waits for the slot any more
   * @returns undefined if that was before there was one
   * @throws what keeps a journal from being made
   */
  async acquire(limit: number, cancelled: Promise<void>): Promise<Slot | undefined> {
    let granted = false;
    let withdraw!: () => void;
    const core = new Promise<void>((resolve) => {
      const grant = () => {
        granted = true;
        resolve();
      };
      withdraw = this.cores.acquire(grant, limit);
    });
    await Promise.race([core, cancelled]);
    if (!granted) {
      withdraw();
      return undefined;
    }
    try {
      return this.#free.pop() ?? { journal: this.makeJournal(), generation: this.#generation };
    } catch (error) {
      this.cores.release();
      throw error;
    }
  }

  /** @param reusable false when a worker that was ended may still write to the journal */
  release(slot: Slot, reusable: boolean): void {
    if (reusable && slot.generation === this.#generation) this.#free.push(slot);
    else slot.journal.discard();
    this.cores.release();
  }

  /** Gives up all journals: those in use when they come back. */
  clear(): void {
    this.#generation++;
    for (const { journal } of this.#free.splice(0)) journal.discard();
  }
}
