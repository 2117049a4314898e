import { typedArrays } from "../../src/abi/dtype.js";
import { type FrameParameter, frameBytes, writeFrame } from "../../src/abi/frame.js";
import type { KernelSignature } from "../../src/abi/kernel.js";
import { lowestBase } from "../../src/abi/relocate.js";
import { readAsConfig } from "../../src/compiler/build/asconfig.js";
import { type CompileOptions, compileOnce } from "../../src/compiler/build/compile-once.js";
import { loadToolchain } from "../../src/compiler/build/toolchain.js";

export const defaults: CompileOptions = {
  cwd: import.meta.dirname,
  config: readAsConfig(import.meta.dirname),
  colors: false,
  unchecked: false,
  allowUnsafe: false,
  mapName: "kernels.wasm.map",
};

export async function compileText(text: string, options: Partial<CompileOptions> = {}) {
  const toolchain = await loadToolchain(import.meta.dirname);
  return compileOnce(toolchain, "kernels.ts", lowestBase, { ...defaults, text, ...options });
}

/** What a kernel threw: what `env.abort` was given, or a trap. */
export interface Thrown {
  name: string;
  message: string;
  file: string;
  line: number;
  item: number;
}

type Row = InstanceType<(typeof typedArrays)[keyof typeof typedArrays]>;
type Column = (number | bigint | boolean | Row)[] | undefined;

const segmentAt = 2 << 20;
const arenaAt = 3 << 20;

/** Runs kernels of a compiled module here, as the engine does in its workers. */
export async function instantiate(
  { wasm, kernels }: { wasm: Uint8Array; kernels: readonly (KernelSignature & { name: string })[] },
  {
    arena = 1 << 20,
    segment = 1 << 18,
    memory = new WebAssembly.Memory({ initial: 256, maximum: 65536, shared: true }),
  } = {},
) {
  const dataAt = arenaAt + Math.max(arena, 1 << 20);
  let reserved = dataAt + (20 << 20);
  let lastStack = "";
  memory.grow(Math.max(0, (reserved + (8 << 20) - memory.buffer.byteLength) >> 16));
  const text = (at: number) => {
    if (!at) return "";
    const bytes = new DataView(memory.buffer).getUint32(at - 4, true);
    return String.fromCharCode(...new Uint16Array(memory.buffer, at, bytes / 2));
  };
  const { instance } = await WebAssembly.instantiate(wasm as Uint8Array<ArrayBuffer>, {
    env: {
      memory,
      abort(message: number, file: number, line: number) {
        const [name, ...rest] = text(message).split("\0");
        throw Object.assign(new Error(rest.length ? rest.join("\0") : name), {
          name: rest.length ? name : "Error",
          file: text(file),
          line,
        });
      },
      reserve(bytes: number) {
        reserved += (bytes + 15) & ~15;
        return reserved - ((bytes + 15) & ~15);
      },
    },
  });
  const exports = instance.exports as Record<string, (...args: number[]) => number>;
  exports.arena(arenaAt, arena);
  exports.segment(segmentAt, segment);
  exports.start();
  exports.mark();

  /** Runs a kernel for as many items as its first column has; undefined columns leave the argument to its default. */
  function run(name: string, columns: Column[], { tables = false, items = columns[0]?.length ?? 1 } = {}) {
    const signature = kernels.find((kernel) => kernel.name === name)!;
    const view = new DataView(memory.buffer);
    let free = dataAt;
    const take = (bytes: number) => {
      free = (free + 15) & ~15;
      free += bytes;
      return free - bytes;
    };
    const rows: (() => void)[] = [];
    const parameters = signature.parameters.map(({ kind, type }, p): FrameParameter => {
      const column = columns[p];
      if (!column) return { base: 0, stride: 0, length: 0, lengths: 0 };
      const Type = typedArrays[type === "bool" ? "u8" : type];
      if (kind === "scalar") {
        const base = take(items * 8);
        const values = new Type(memory.buffer, base, items) as unknown as Record<number, unknown>;
        column.forEach((value, i) => {
          values[i] = typeof value === "boolean" ? Number(value) : value;
        });
        return { base, stride: Type.BYTES_PER_ELEMENT, length: 0, lengths: 0 };
      }
      const all = column as Row[];
      const longest = Math.max(0, ...all.map((row) => row.length));
      const strided = !tables && all.every((row) => row.length === longest);
      const addresses = all.map((row) => {
        const at = strided ? 0 : take(row.byteLength + 16);
        return at;
      });
      const base = strided ? take(longest * Type.BYTES_PER_ELEMENT * items) : take(4 * items);
      const lengths = strided ? 0 : take(4 * items);
      all.forEach((row, i) => {
        const at = strided ? base + i * longest * Type.BYTES_PER_ELEMENT : addresses[i];
        const target = new Type(memory.buffer, at, row.length) as Float64Array;
        target.set(row as Float64Array);
        if (!strided) {
          view.setUint32(base + 4 * i, at, true);
          view.setUint32(lengths + 4 * i, row.length, true);
        }
        rows.push(() => (row as Float64Array).set(target));
      });
      return {
        base,
        stride: strided ? longest * Type.BYTES_PER_ELEMENT : 0,
        length: strided ? longest : 0,
        lengths,
      };
    });
    const results = take(items * 8);
    const lengths = take(items * 4);
    // items that throw leave what an earlier run wrote here
    new Uint8Array(memory.buffer, results, lengths + items * 4 - results).fill(0);
    const cell = take(4);
    const frame = take(frameBytes(parameters.length));
    writeFrame(memory.buffer, frame, { results, lengths, parameters });
    const thrown: Thrown[] = [];
    for (let begin = 0; begin < items; ) {
      try {
        exports[`run$${name}`](begin, items, frame, cell);
        break;
      } catch (error) {
        lastStack = plainStack(error as Error);
        const item = view.getUint32(cell, true);
        const { name, message, file = "", line = 0 } = error as Thrown;
        thrown.push({ name, message, file, line, item });
        if (error instanceof RangeError) exports.overflowed?.();
        exports.release();
        begin = item + 1;
      }
    }
    for (const copyBack of rows) copyBack();
    const { result } = signature;
    let values: unknown[] = [];
    if (result.kind === "scalar") {
      const Type = typedArrays[result.type === "bool" ? "u8" : result.type];
      values = Array.from(new Type(memory.buffer, results, items) as Float64Array);
    } else if (result.kind === "array") {
      const Type = typedArrays[result.type];
      values = Array.from({ length: items }, (_, i) =>
        new Type(
          memory.buffer,
          view.getUint32(results + 4 * i, true),
          view.getUint32(lengths + 4 * i, true),
        ).slice(),
      );
    }
    return { values, thrown };
  }

  return { exports, memory, run, stackOf: () => lastStack };
}

export async function load(text: string, options: Partial<CompileOptions> = {}) {
  return instantiate(await compileText(text, options));
}

// a stack is written when it is first read, by whoever is set to write it: tools that map sources leave offsets out
function plainStack(error: Error): string {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (_, sites) => sites.map(String).join("\n");
  try {
    return String(error.stack);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}
