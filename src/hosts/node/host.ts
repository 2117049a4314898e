import type { Endpoint } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import type { WorkerName } from "../../events/events.js";

/** Everything in which Node and browsers differ for this engine. */

/** A worker thread, as the pool sees it. */
export interface Thread {
  /** what reports call it */
  readonly name: WorkerName;
  readonly endpoint: Endpoint;
  /** every message, those of Comlink included */
  onMessage(listener: (message: unknown) => void): void;
  /** called once, when the thread has ended, after its last message; `error` when it crashed */
  onExit(listener: (error?: Error) => void): void;
  /** whether the thread keeps the program running */
  hold(holds: boolean): void;
  /** resolves when the thread has ended */
  terminate(): Promise<void>;
}

const nodeProcess = (globalThis as { process?: NodeJS.Process }).process;
const isNode = typeof nodeProcess?.versions?.node === "string";

function builtin<Name extends "node:worker_threads" | "node:fs/promises" | "node:crypto">(name: Name) {
  return nodeProcess!.getBuiltinModule(name);
}

export async function readBytes(url: URL): Promise<Uint8Array> {
  if (isNode && url.protocol === "file:") return builtin("node:fs/promises").readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.href} cannot be read: HTTP status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** @returns hexadecimal digits */
export async function sha256(bytes: Uint8Array): Promise<string> {
  if (isNode) return builtin("node:crypto").createHash("sha256").update(bytes).digest("hex");
  const digest = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function startThread(data: object): Thread {
  return isNode ? startNodeThread(data) : startBrowserThread(data);
}

function startNodeThread(data: object): Thread {
  const threads = builtin("node:worker_threads");
  const worker = new threads.Worker(new URL("../../kernels/worker.js", import.meta.url), {
    workerData: data,
    // the program's own loaders and a copy of its environment would only make workers slow to start
    execArgv: [],
    env: threads.SHARE_ENV,
  });
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
    hold: (holds) => (holds ? worker.ref() : worker.unref()),
    terminate: async () => void (await worker.terminate()),
  };
}

let browserThreads = 0;

function startBrowserThread(data: object): Thread {
  const worker = new Worker(new URL("../../kernels/worker.js", import.meta.url), { type: "module" });
  worker.postMessage(data);
  let ended: ((error?: Error) => void) | undefined;
  worker.addEventListener("error", (event) => {
    worker.terminate();
    ended?.(new Error(event.message));
  });
  return {
    name: `thread ${++browserThreads}`,
    endpoint: worker,
    onMessage: (listener) => worker.addEventListener("message", ({ data }) => listener(data)),
    onExit: (listener) => {
      ended = listener;
    },
    hold: () => {},
    terminate: async () => {
      worker.terminate();
      ended?.();
    },
  };
}

/** In a worker: what it was started with, and how to reach who started it. */
export async function atWorker<T>(): Promise<{
  data: T;
  endpoint: Endpoint;
  post: (message: unknown) => void;
}> {
  if (isNode) {
    const { parentPort, workerData } = builtin("node:worker_threads");
    return {
      data: workerData,
      endpoint: nodeEndpoint(parentPort!),
      post: (message) => parentPort!.postMessage(message),
    };
  }
  const data = await new Promise<T>((resolve) => {
    globalThis.addEventListener("message", (event) => resolve(event.data), { once: true });
  });
  return {
    data,
    endpoint: globalThis as unknown as Endpoint,
    post: (message) => globalThis.postMessage(message),
  };
}

/** Lets messages that have arrived be handled. */
export function turn(): Promise<void> {
  return new Promise((resolve) => (isNode ? setImmediate(resolve) : setTimeout(resolve, 0)));
}
