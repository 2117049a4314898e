import { MessageChannel, type MessagePort, parentPort } from "node:worker_threads";
import type { PortMessage, Printed } from "../chunk-protocol.js";
import { ownName } from "./own-name.js";

type Name = Printed["name"];
type Done = (error?: Error | null) => void;
type Chunk = { readonly chunk: Buffer | string; readonly encoding: BufferEncoding };

/**
 * Sends what this thread prints to the engine at once. Node keeps all but the first piece until the event loop has a turn,
 * which a thread that is ended, or a program that is, never gives it.
 */
export async function sendOutput(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const message: PortMessage = { nogil: "port", worker: ownName(), port: port2 };
  parentPort!.postMessage(message, [port2]);
  port1.unref();
  await Promise.all((["stdout", "stderr"] as const).map((name) => redirect(name, port1)));
}

async function redirect(name: Name, port: MessagePort): Promise<void> {
  const stream = process[name];
  // what was printed before is on Node's way, and comes first
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write("", resolve));
  const writev = (chunks: readonly Chunk[], done: Done) => {
    for (const each of chunks) port.postMessage({ name, text: textOf(each) } satisfies Printed);
    done();
  };
  Object.assign(stream, {
    _write: (chunk: Chunk["chunk"], encoding: BufferEncoding, done: Done) =>
      writev([{ chunk, encoding }], done),
    _writev: writev,
  });
}

function textOf({ chunk, encoding }: Chunk): string | Uint8Array {
  // of a view all that lies under it would be sent
  if (typeof chunk !== "string") return new Uint8Array(chunk);
  return encoding === "utf8" || encoding === "utf-8" ? chunk : Buffer.from(chunk, encoding);
}

/** Has this process go on only when what it printed is where its end cannot lose it. */
export function blockOnOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const { _handle: handle } = stream as { _handle?: { setBlocking(blocking: boolean): void } };
    handle?.setBlocking(true);
  }
}

const { emitWarning } = process;
let printing: Promise<void> | undefined;

// node prints a warning in the next tick, and a tick for each report would cost a turn of the event loop
process.emitWarning = ((...args: Parameters<typeof emitWarning>) => {
  emitWarning.apply(process, args);
  printing ??= new Promise((resolve) => {
    process.nextTick(() => {
      printing = undefined;
      resolve();
    });
  });
}) as typeof emitWarning;

/** @returns a promise only if there is something to wait for */
export function warningsPrinted(): Promise<void> | undefined {
  return printing;
}
