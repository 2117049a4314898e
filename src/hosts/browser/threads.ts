import type { Endpoint, Thread, WorkerSide } from "../host.js";

let threads = 0;

export function startThread(script: URL, data: object): Thread {
  const worker = new Worker(script, { type: "module" });
  worker.postMessage(data);
  let ended: ((error?: Error) => void) | undefined;
  worker.addEventListener("error", (event) => {
    worker.terminate();
    ended?.(new Error(event.message));
  });
  return {
    name: `thread ${++threads}`,
    endpoint: worker,
    onMessage: (listener) => worker.addEventListener("message", ({ data }) => listener(data)),
    onExit: (listener) => {
      ended = listener;
    },
    keepAlive: () => {},
    terminate: async () => {
      worker.terminate();
      ended?.();
    },
  };
}

export async function atWorker<T>(): Promise<WorkerSide<T>> {
  const data = await new Promise<T>((resolve) => {
    globalThis.addEventListener("message", (event) => resolve(event.data), { once: true });
  });
  return {
    data,
    endpoint: globalThis as unknown as Endpoint,
    post: (message) => globalThis.postMessage(message),
  };
}
