import { isError } from "../../base/realms.js";
import { type CallSite, stackTraces } from "../../base/stack-traces.js";
import type { Fault, FaultSite } from "../round-protocol.js";

const longestMessage = 1 << 16;
const thrownClass = /^[A-Za-z_$][\w$]*\0/;

/** What `env.abort` throws: it never returns to the kernel. No Error, for items that fail may be many. */
class Abort {
  constructor(readonly fault: Fault) {}
}

type AbortImport = (message: number, file: number, line: number) => never;

/** `env.abort` of a module in this memory. */
export function abortIn(memory: WebAssembly.Memory): AbortImport {
  // where the user's code throws, the stack is the same each time in all that matters
  const known = new Map<string, FaultSite>();
  return (message, file, line) => {
    const text = message === 0 ? "abort" : readString(memory.buffer, message >>> 0);
    // the thrown class, and U+0000, may stand before the message
    const end = thrownClass.test(text) ? text.indexOf("\0") : -1;
    const name = end < 0 ? "Error" : text.slice(0, end);
    const key = `${name}:${file}:${line}`;
    let site = known.get(key);
    if (!site) {
      const thrownAt = file === 0 ? undefined : { file: readString(memory.buffer, file >>> 0), line };
      site = { name, offsets: frameOffsets(new Error()), thrownAt };
      if (thrownAt && isUsers(thrownAt.file)) known.set(key, site);
    }
    throw new Abort({ message: text.slice(end + 1), site });
  };
}

/** A string of AssemblyScript: UTF-16, its length in bytes before it. */
function readString(memory: ArrayBufferLike, address: number): string {
  const [bytes] = new Uint32Array(memory, address - 4, 1);
  const units = new Uint16Array(memory, address, Math.min(bytes, longestMessage) >>> 1);
  let text = "";
  for (let i = 0; i < units.length; i += 4096) {
    text += String.fromCharCode.apply(null, units.subarray(i, i + 4096) as unknown as number[]);
  }
  return text;
}

/** Whether a file, as the compiler names it, is the user's and not the library's. */
export function isUsers(file: string): boolean {
  return !file.includes("~lib/");
}

/** What the error of a conversion to an integer type says. */
export function misfit(type = "the integer type"): string {
  return `NaN or a number out of range does not fit ${type}: clamp it first, and look for NaN with isNaN(x)`;
}

// how V8 says it of the conversions of WebAssembly, all of which are ones that the build checks
const misfitTrap = "float unrepresentable in integer range";

/** What a kernel threw, as plain data. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Abort) return thrown.fault;
  if (!isError(thrown)) return { message: String(thrown), site: { name: "Error", offsets: [] } };
  const offsets = frameOffsets(thrown);
  if (thrown.name === "RuntimeError" && thrown.message === misfitTrap) {
    return { message: misfit(), site: { name: "RangeError", offsets } };
  }
  return { message: thrown.message, site: { name: thrown.name, offsets } };
}

/** The byte offsets in the module of an error's innermost frames in WebAssembly. */
function frameOffsets(error: Error): number[] {
  let offsets: number[] | undefined;
  // a stack is written when it is first read, by whoever is set to write it: tools that map sources leave offsets out
  const { prepareStackTrace } = stackTraces;
  stackTraces.prepareStackTrace = (_, sites) => {
    offsets = offsetsOf(sites);
    return "";
  };
  let stack: string;
  try {
    stack = String(error.stack);
  } finally {
    stackTraces.prepareStackTrace = prepareStackTrace;
  }
  // other engines than V8 only write it
  return offsets ?? offsetsIn(stack);
}

function offsetsIn(text: string): number[] {
  return Array.from(text.matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g), ([, offset]) =>
    Number.parseInt(offset, 16),
  );
}

function offsetsOf(sites: readonly CallSite[]): number[] {
  const offsets: number[] = [];
  for (const site of sites) {
    // beyond the kernel's own frames is whoever called it
    // the text alone has it everywhere: deno's sites have no getPosition
    if (site.getFileName()?.startsWith("wasm:")) offsets.push(...offsetsIn(String(site)));
    else if (offsets.length > 0) break;
  }
  return offsets;
}
