/**
 * What the thread that calls and its workers send each other: one Comlink call per worker and round, messages
 * with what items threw, and control words in shared memory for everything that has to survive a worker's sudden end.
 */

/** A module as a thread loads it: compiled for where its own static data goes. */
export interface ModuleSource {
  readonly hash: string;
  readonly module: WebAssembly.Module;
  /** its variables, if they may keep objects from one item to the next, and scratch memory that is its own then */
  readonly keeping?: { readonly variables: readonly string[]; readonly scratch: Block };
}

/** A piece of the shared memory. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** A worker's part in one round of a call. */
export interface RoundCall {
  readonly id: number;
  /** hash of the module */
  readonly module: string;
  readonly kernel: string;
  /** address of the frame */
  readonly frame: number;
  /** sent the first time that the worker runs a kernel of the module */
  readonly source?: ModuleSource;
  /** address of the round's control block */
  readonly control: number;
  /** which of the round's workers this is */
  readonly index: number;
  readonly workers: number;
  readonly claims: number;
  /** where the worker writes down what items threw */
  readonly log: Block;
  /** free memory that the round's workers take segments for returned arrays from */
  readonly pool?: Block;
  /** the shared memory has at least so many bytes */
  readonly memoryBytes: number;
}

export interface RoundReply {
  /** up to where the worker's last segment is filled */
  readonly segmentTop: number;
  /** milliseconds spent in kernels */
  readonly busy: number;
  /** when the first and the last claim began and ended, in milliseconds of the shared clock */
  readonly began: number;
  readonly ended: number;
  /** the worker took no more claims because its core is wanted elsewhere */
  readonly yielded: boolean;
}

/** What a kernel threw, without the classes that a message loses. */
export interface Fault {
  readonly message: string;
  readonly site: FaultSite;
}

/** Where and as what something is thrown: the same for most items that fail. */
export interface FaultSite {
  readonly name: string;
  /** byte offsets in the module of the stack's frames, innermost first */
  readonly offsets: readonly number[];
  /** where the source threw, as the compiler names its files */
  readonly thrownAt?: { readonly file: string; readonly line: number };
}

/** What a worker's log of faults has, sent when it is full. */
export interface FaultMessage {
  readonly type: "nogil.faults";
  /** the round's id */
  readonly id: number;
  /** which of the round's workers this is */
  readonly index: number;
  readonly entries: Uint8Array;
}

export function isFaultMessage(message: unknown): message is FaultMessage {
  return (
    typeof message === "object" && message !== null && "type" in message && message.type === "nogil.faults"
  );
}

/** What a worker offers over Comlink. */
export interface WorkerApi {
  runRound(call: RoundCall): Promise<RoundReply>;
}

export interface WorkerData {
  readonly memory: WebAssembly.Memory;
  readonly scratch: Block;
  /** address of the words that all calls of the engine share */
  readonly engine: number;
}

/**
 * The control block of a round: 4-byte words, those that several threads write on cache lines of their own.
 *
 *     word 0    claims taken so far
 *     word 16   1: take no more claims
 *     word 32   bytes of the pool that are taken
 *     word 48   worker 0's area: the item that it runs, or `idle`; how many segments it has; items of the claims that
 *               it finished; bytes in its log of faults, how many full logs it sent; from its word 16 on the segments'
 *               addresses and sizes
 *     …         worker 1's area, …
 *     then      claim 0: first item, end, and who has it: 0 nobody yet, `index + 1` a worker, `finished`
 *     …         claim 1, …
 */
export const nextClaim = 0;
export const stop = 16;
export const poolTop = 32;
const areas = 48;
const areaWords = 16 + 2 * 48;
export const maxSegments = 48;
export const cell = 0;
export const segmentCount = 1;
export const itemsDone = 2;
export const logLength = 3;
export const logsSent = 4;
export const segmentTable = 16;
export const claimWords = 3;
export const idle = 0xffff_ffff;
export const finished = 0xffff_ffff;

export const areaWord = (index: number): number => areas + areaWords * index;
export const claimWord = (workers: number, claim: number): number => areaWord(workers) + claimWords * claim;
export const controlWords = (workers: number, claims: number): number => claimWord(workers, claims);

/**
 * Words of the engine, in which workers read between two claims what this thread wants.
 *
 *     word 0    calls in flight
 *     word 16   cores that other engines wait for; who gives one up subtracts it
 */
export const callsInFlight = 0;
export const coresWanted = 16;
export const engineWords = 32;
