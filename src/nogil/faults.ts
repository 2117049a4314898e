import type { Fault } from "./protocol.js";

const longestMessage = 1 << 16;

/** What `env.abort` throws: it never returns to the kernel. */
class Abort extends Error {
  constructor(
    /** the thrown class, and U+0000, may stand before the message */
    readonly text: string,
    readonly thrownAt: Fault["thrownAt"],
  ) {
    super(text);
  }
}

type AbortImport = (message: number, file: number, line: number) => never;

/** `env.abort` of a module in this memory. */
export function abortIn(memory: WebAssembly.Memory): AbortImport {
  return (message, file, line) => {
    const text = message === 0 ? "abort" : readString(memory.buffer, message >>> 0);
    throw new Abort(text, file === 0 ? undefined : { file: readString(memory.buffer, file >>> 0), line });
  };
}

/** A string of AssemblyScript: UTF-16, its length in bytes before it. */
function readString(memory: ArrayBufferLike, address: number): string {
  const [bytes] = new Uint32Array(memory, address - 4, 1);
  const units = new Uint16Array(memory, address, Math.min(bytes, longestMessage) >>> 1);
  let text = "";
  for (let i = 0; i < units.length; i += 4096) text += String.fromCharCode(...units.subarray(i, i + 4096));
  return text;
}

/** What a kernel threw, as plain data. */
export function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown), offsets: [] };
  const offsets = frameOffsets(plainStack(thrown));
  if (!(thrown instanceof Abort)) return { name: thrown.name, message: thrown.message, offsets };
  const [, name = "Error", message] = /^(?:([A-Za-z_$][\w$]*)\0)?([\s\S]*)$/.exec(thrown.text)!;
  return { name, message, offsets, thrownAt: thrown.thrownAt };
}

// a stack is written when it is first read, by whoever is set to write it: tools that map sources leave offsets out
export function plainStack(error: Error): string {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites.map(String).join("\n");
  try {
    return String(error.stack);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function frameOffsets(stack: string): number[] {
  return Array.from(stack.matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g), ([, offset]) =>
    Number.parseInt(offset, 16),
  );
}
