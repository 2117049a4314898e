import { abi, type KernelSignature, type ModuleDescription } from "../../abi/kernel.js";
import { lowestBase, readLeb, readWord } from "../../abi/relocate.js";
import { hash } from "../build/build-record.js";
import { CompileError } from "../build/compile-error.js";
import { type Compilation, type CompileOptions, compileOnce } from "../build/compile-once.js";
import type { Toolchain } from "../build/toolchain.js";
import { type Layout, readLayout } from "./wasm-binary.js";

// between the two bases. every byte that may begin an address differs, so that each difference tells where one begins
const distance = (1 << 20) + 0x810;

export interface LinkedModule extends Compilation {
  readonly description: ModuleDescription;
}

/** Compiles an entry file to a module that can be moved: the differences between two builds are its addresses. */
export async function compileAndLink(
  toolchain: Toolchain,
  entry: string,
  options: CompileOptions,
): Promise<LinkedModule> {
  const here = await compileOnce(toolchain, entry, lowestBase, options);
  const there = await compileOnce(toolchain, entry, lowestBase + distance, options);
  refuseImports(here);
  const layout = readLayout(here.wasm);
  const end = Math.max(
    lowestBase,
    ...layout.segments.map(({ start, end, address }) => address + end - start),
  );
  const kernels: [string, KernelSignature][] = here.kernels.map(({ name, parameters, result }) => [
    name,
    { parameters, result },
  ]);
  return {
    ...here,
    description: {
      abi,
      hash: hash(here.wasm),
      base: lowestBase,
      staticBytes: (end - lowestBase + 15) & ~15,
      relocations: findRelocations(here.wasm, there.wasm, layout),
      ...(here.variables.length > 0 && { variables: here.variables }),
      ...(options.unchecked && { unchecked: true as const }),
      kernels: Object.fromEntries(kernels),
    },
  };
}

const provided = new Set(["env.memory", "env.abort", "env.reserve"]);

function refuseImports({ wasm, calls }: Compilation): void {
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(wasm as BufferSource));
  const missing = imports.filter(({ module, name }) => !provided.has(`${module}.${name}`));
  if (missing.length === 0) return;
  const needs = missing.map(({ module, name }) => {
    const places = calls.get(name) ?? [];
    return `${module}.${name}${places.length > 0 ? ` at ${places.join(", ")}` : ""}`;
  });
  throw new CompileError(
    `Kernels import nothing from outside, and these sources need ${needs.join("; ")}. ` +
      "There is no console, no clock and no host: pass what is needed as arguments, and to see a value return it, " +
      "write it into a row, or throw an error that contains it.",
  );
}

/** Finds the addresses in a module by comparing it with the same module linked `distance` bytes further. */
export function findRelocations(
  here: Uint8Array,
  there: Uint8Array,
  { segments }: Layout,
): ModuleDescription["relocations"] {
  if (here.length !== there.length) throw notMovable(Math.min(here.length, there.length));
  const leb: number[] = [];
  const le: number[] = [];
  for (let i = 0; i < here.length; ) {
    if (here[i] === there[i]) {
      i++;
      continue;
    }
    const inData = segments.some(({ start, end }) => i >= start && i < end);
    const read = inData ? readWord : readLeb;
    if (!(inData || (isLeb(here, i) && isLeb(there, i))) || read(there, i) - read(here, i) !== distance) {
      throw notMovable(i);
    }
    (inData ? le : leb).push(i);
    i += 4;
  }
  return { leb, le };
}

const isLeb = (bytes: Uint8Array, at: number) =>
  bytes[at] >= 128 && bytes[at + 1] >= 128 && bytes[at + 2] >= 128 && bytes[at + 3] < 128;

function notMovable(at: number): Error {
  return new Error(
    `The module cannot be moved in memory: it computes with the address of static data (byte ${at} of the file). ` +
      "Look for top-level pointers that are hashed, shifted or added up, and keep such data in arrays.",
  );
}
