import type { Share } from "../call/cores.js";
import type { WorkerName } from "../events/events.js";
import type { ChunkJournal } from "../workers/chunk-journal.js";
import type { Ending, WorkerEnd } from "../workers/ending.js";
import type { Assignment, PoolMembers } from "../workers/members.js";
import type { Chunk, Report } from "./chunk-protocol.js";
import type { Packed, Passing } from "./codec/codec.js";

/** A chunk for a worker. */
export interface ChunkWork extends Assignment {
  readonly message: Chunk;
}

/** A chunk that a worker has, or is about to get. */
export interface Running {
  /** never rejects */
  readonly ended: Promise<Ending<Report>>;
  /** Ends the worker at once. */
  kill(why: WorkerEnd): void;
}

/** The workers of one kind, which all calls of the process share. Idle ones do not keep it alive. */
export interface WorkerPool {
  /** what an error calls one of them */
  readonly worker: string;
  readonly passing: Passing;
  readonly cores: Share;
  readonly journals: FreeJournals;
  readonly members: PoolMembers;
  /** The form in which a call's state goes with each of its chunks. */
  share(state: Packed): Packed;
  /** Whether the state goes with each chunk, or only with those whose worker asked for it. */
  sendsState(state: Packed): boolean;
  /**
   * Has a worker run a chunk. At most as many run at once as there are cores acquired.
   * @param sent called when a worker has the chunk
   */
  run(work: ChunkWork, sent: (worker: WorkerName) => void): Running;
  /** Ends a worker that reported items it gave up. */
  retire(worker: WorkerName): void;
  /** Resolves when a worker has ended that is about to. */
  gone(worker: WorkerName | undefined): Promise<void>;
  close(): Promise<void>;
}

/** Journals that serve one chunk after another. */
export class FreeJournals {
  readonly #free: ChunkJournal[] = [];
  readonly #current = new Set<ChunkJournal>();

  constructor(private readonly make: () => ChunkJournal) {}

  /** @throws what keeps a journal from being made */
  acquire(): ChunkJournal {
    const journal = this.#free.pop() ?? this.make();
    this.#current.add(journal);
    return journal;
  }

  /** @param reusable false when a worker that was ended may still write to it */
  release(journal: ChunkJournal, reusable: boolean): void {
    if (reusable && this.#current.has(journal)) {
      this.#free.push(journal);
      return;
    }
    this.#current.delete(journal);
    journal.discard();
  }

  /** Discards all journals: those in use when they are released. */
  clear(): void {
    this.#current.clear();
    for (const journal of this.#free.splice(0)) journal.discard();
  }
}
