import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import workerpool from "workerpool";
import { FileLedger } from "../workers/file-ledger.js";
import type { Packed } from "../workers/packing.js";
import type { Chunk, Report } from "../workers/protocol.js";
import { Closing, type Crew, type Ending, type Running, Slots } from "./crew.js";
import { keepAlive } from "./keep-alive.js";

const far = fileURLToPath(new URL("../workers/process.js", import.meta.url));

// a larger state goes to each process once, a smaller one with every chunk
const smallState = 2 ** 14;

// what workerpool does not tell: the process behind a worker, and which one has a task
interface Handler {
  readonly worker: ChildProcess | null;
  readonly processing: Record<string, { readonly options?: object } | undefined>;
}

/** Processes by workerpool. */
export class ProcessCrew implements Crew {
  readonly worker = "process";
  readonly passing = "copy";
  readonly slots = new Slots(() => this.#newLedger());
  readonly closing = new Closing();
  #pool: workerpool.Pool | undefined;
  #folder: string | undefined;
  #ledgers = 0;
  readonly #children = new Set<ChildProcess>();

  share(state: Packed): Packed {
    return state;
  }

  sendsState({ bytes }: Packed): boolean {
    return bytes.length < smallState;
  }

  run(chunk: Chunk): Running {
    this.#pool ??= workerpool.pool(far, {
      workerType: "process",
      // the slots limit how many there are
      maxWorkers: 1024,
      workerTerminateTimeout: 100,
      forkOpts: { serialization: "advanced", execArgv: inheritedArguments() },
    });
    const task = {};
    const done = this.#pool.exec("runChunk", [chunk], task);
    const child = this.#childOf(task);
    const ended = new Promise<Ending>((resolve) => {
      const settle = (ending: Ending) => {
        child?.off("exit", exited);
        resolve(ending);
      };
      const exited = (code: number | null, signal: string | null) => {
        settle({ kind: "died", reason: new Error(signal ? `killed by ${signal}` : `exit code ${code}`) });
      };
      child?.once("exit", exited);
      done.then(
        (report: Report) => settle({ kind: "report", report }),
        // an exit, which says more, may be told of right after
        (reason: Error) => void setImmediate(() => settle({ kind: "died", reason })),
      );
    });
    return { ended, kill: () => child?.kill("SIGKILL") };
  }

  retire(process: number): void {
    for (const child of this.#children) if (child.pid === process) child.kill("SIGKILL");
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    const release = keepAlive();
    this.closing.announce();
    const exits = [...this.#children].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.#end();
    await Promise.all(exits);
    await pool?.terminate(true);
    release();
  }

  /** The process that has a task, known from now on. */
  #childOf(task: object): ChildProcess | undefined {
    const { workers } = this.#pool as unknown as { workers: readonly Handler[] };
    const handler = workers.find(({ processing }) =>
      Object.values(processing).some((each) => each?.options === task),
    );
    const child = handler?.worker ?? undefined;
    if (child && child.exitCode === null && !this.#children.has(child)) {
      this.#children.add(child);
      child.once("exit", () => this.#children.delete(child));
      // calls in flight keep this process alive, idle children do not
      child.unref();
      child.channel?.unref();
    }
    return child;
  }

  #newLedger(): FileLedger {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), "nogil-"));
      process.once("exit", this.#end);
    }
    return new FileLedger(join(this.#folder, `${this.#ledgers++}`));
  }

  readonly #end = (): void => {
    for (const child of this.#children) child.kill("SIGKILL");
    this.slots.clear();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
    process.off("exit", this.#end);
  };
}

// what tells Node what to run is not for children, and two processes cannot debug on one port
function inheritedArguments(): string[] {
  const inherited: string[] = [];
  for (let i = 0; i < process.execArgv.length; i++) {
    const argument = process.execArgv[i];
    if (/^(-e|--eval|-p|-pe|--print|--input-type)$/.test(argument)) i++;
    else if (!/^(-e|-p|--eval|--print|--input-type|--inspect|--test|--watch)/.test(argument))
      inherited.push(argument);
  }
  return inherited;
}
