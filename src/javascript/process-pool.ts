import type { ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import workerpool from "workerpool";
import { keepAlive } from "#host/keep-alive";
import { cores } from "../call/cores.js";
import type { WorkerName } from "../events/events.js";
import type { Ending, WorkerEnd } from "../workers/ending.js";
import { FileJournal } from "../workers/file-journal.js";
import { PoolMembers } from "../workers/members.js";
import type { Report } from "./chunk-protocol.js";
import type { Packed } from "./codec/codec.js";
import { ProcessOutput } from "./output.js";
import { warnOfUnhandledErrors } from "./unhandled-warning.js";
import { removeFolder } from "./worker/remove-folder.js";
import { type ChunkWork, FreeJournals, type Running, type WorkerPool } from "./worker-pool.js";

const far = fileURLToPath(new URL("./worker/process.js", import.meta.url));

// a larger state goes to each process once, a smaller one with every chunk
const smallState = 2 ** 14;

// what workerpool does not report: the process behind a worker, and which one has a task
interface Handler {
  readonly worker: ChildProcess | null;
  readonly processing: Record<string, { readonly options?: object } | undefined>;
}

/** Processes by workerpool. */
export class ProcessPool implements WorkerPool {
  readonly worker = "process";
  readonly passing = "copy";
  readonly cores = cores.join();
  readonly journals = new FreeJournals(() => this.#newJournal());
  readonly members = new PoolMembers("mpc");
  #transport: workerpool.Pool | undefined;
  #folder: string | undefined;
  #made = 0;
  readonly #children = new Map<ChildProcess, ProcessOutput>();

  share(state: Packed): Packed {
    return state;
  }

  sendsState({ bytes }: Packed): boolean {
    return bytes.length < smallState;
  }

  run(work: ChunkWork, sent: (worker: WorkerName) => void): Running {
    this.#transport ??= workerpool.pool(far, {
      workerType: "process",
      // the budget of cores limits how many there are
      maxWorkers: 1024,
      workerTerminateTimeout: 100,
      // silent: what they print comes here
      forkOpts: { serialization: "advanced", silent: true, execArgv: inheritedArguments() },
    });
    const task = {};
    const done = this.#transport.exec("runChunk", [work.message], task);
    const child = this.#childOf(task);
    const worker = child && nameOf(child);
    const output = child && this.#children.get(child);
    if (worker) {
      this.members.assign(worker, work);
      sent(worker);
    }
    let killed: WorkerEnd | undefined;
    const ended = new Promise<Ending<Report>>((resolve) => {
      const settle = async (ending: Ending<Report>) => {
        child?.off("exit", exited);
        if (worker) this.members.release(worker, work);
        await output?.passOnAll();
        resolve(ending);
      };
      const died = (error: Error) => settle({ kind: "ended", why: killed ?? { kind: "crashed", error } });
      const exited = (code: number | null, signal: string | null) =>
        void died(new Error(exitText(code, signal)));
      child?.once("exit", exited);
      done.then(
        (reply: Report) => settle({ kind: "replied", reply }),
        // an exit, which says more, may be reported right after
        (error: Error) => void setImmediate(() => died(error)),
      );
    });
    const kill = (why: WorkerEnd) => {
      killed ??= why;
      if (child) this.#kill(child, why);
    };
    return { ended, kill };
  }

  retire(worker: WorkerName): void {
    for (const child of this.#children.keys())
      if (nameOf(child) === worker) this.#kill(child, { kind: "abandoned" });
  }

  async gone(worker: WorkerName): Promise<void> {
    for (const child of this.#children.keys()) if (nameOf(child) === worker) await exitOf(child);
  }

  #kill(child: ChildProcess, why: WorkerEnd): void {
    this.members.explain(nameOf(child), why);
    child.kill("SIGKILL");
  }

  async close(): Promise<void> {
    const transport = this.#transport;
    this.#transport = undefined;
    const release = keepAlive();
    try {
      this.members.cancelCalls(new Error("The workers were shut down while the call ran."));
      const exits = [...this.#children].map(async ([child, output]) => {
        await exitOf(child);
        await output.passOnAll();
      });
      this.#end();
      await Promise.all(exits);
      await transport?.terminate(true);
    } finally {
      release();
    }
  }

  /** The process that has a task, known from now on; none if it was handed to one that had just ended. */
  #childOf(task: object): ChildProcess | undefined {
    const { workers } = this.#transport as unknown as { workers: readonly Handler[] };
    const handler = workers.find(({ processing }) =>
      Object.values(processing).some((each) => each?.options === task),
    );
    const child = handler?.worker ?? undefined;
    if (child && child.exitCode === null && !this.#children.has(child)) {
      this.#children.set(child, new ProcessOutput(child));
      const worker = nameOf(child);
      this.members.started(worker);
      child.on("message", warnOfUnhandledErrors);
      child.once("exit", (code, signal) => {
        this.#children.delete(child);
        this.members.exited(worker, exitText(code, signal));
      });
      // calls in flight keep this process alive, idle children do not
      child.unref();
      child.channel?.unref();
    }
    return child;
  }

  #newJournal(): FileJournal {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), "nogil-"));
      process.once("exit", this.#end);
    }
    return new FileJournal(join(this.#folder, `${this.#made++}`));
  }

  readonly #end = (): void => {
    for (const child of this.#children.keys()) child.kill("SIGKILL");
    this.journals.clear();
    if (this.#folder !== undefined) removeFolder(this.#folder);
    this.#folder = undefined;
    process.off("exit", this.#end);
  };
}

// not once() of node:events, which fails when a message is on its way to one that was killed
function exitOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once("exit", resolve));
}

function exitText(code: number | null, signal: string | null): string {
  return signal ? `killed by ${signal}` : `exit code ${code}`;
}

function nameOf({ pid }: ChildProcess): WorkerName {
  return `process ${pid}`;
}

// options that say what Node runs are not for children, and two processes cannot debug on one port
function inheritedArguments(): string[] {
  const inherited: string[] = [];
  for (let i = 0; i < process.execArgv.length; i++) {
    const argument = process.execArgv[i];
    if (/^(-e|--eval|-p|-pe|--print|--input-type)$/.test(argument)) i++;
    else if (!/^(-i|--interactive|-e|-p|--eval|--print|--input-type|--inspect|--test|--watch)/.test(argument))
      inherited.push(argument);
  }
  return inherited;
}
