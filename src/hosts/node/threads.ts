import { parentPort, SHARE_ENV, Worker, workerData } from "node:worker_threads";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import type { Thread, WorkerSide } from "../host.js";

export function startThread(script: URL, data: object): Thread {
  // the program's own loaders and a copy of its environment would only make workers slow to start
  const worker = new Worker(script, { workerData: data, execArgv: profilingOptions(), env: SHARE_ENV });
  let failure: Error | undefined;
  worker.on("error", (error: Error) => {
    failure = error;
  });
  // one listener of Comlink's for each call in flight is no leak
  worker.setMaxListeners(0);
  return {
    name: `thread ${worker.threadId}`,
    endpoint: nodeEndpoint(worker),
    onMessage: (listener) => worker.on("message", listener),
    onExit: (listener) => worker.once("exit", () => listener(failure)),
    keepAlive: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  };
}

export async function atWorker<T>(): Promise<WorkerSide<T>> {
  const port = parentPort!;
  return { data: workerData, endpoint: nodeEndpoint(port), post: (message) => port.postMessage(message) };
}

/**
 * The options of the program with which Node writes a profile of each of its threads, too. The name of a file is left out: threads
 * would overwrite each other's.
 */
function profilingOptions(): string[] {
  const words = [...wordsOf(process.env.NODE_OPTIONS ?? ""), ...process.execArgv];
  return words.flatMap((word, i) => {
    const [option, value, given] = /^--(?:cpu|heap)[-_]prof([-_](?:dir|interval)(=.*)?)?$/s.exec(word) ?? [];
    if (option === undefined) return [];
    return value !== undefined && given === undefined ? words.slice(i, i + 2) : [option];
  });
}

// as Node reads NODE_OPTIONS
function wordsOf(text: string): string[] {
  const words = text.match(/(?:"(?:\\.|[^"\\])*"|[^ "])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, quoted) => quoted.replace(/\\(.)/g, "$1")),
  );
}
