import type { KernelModule } from "../abi/kernel.js";
import { relocate } from "../abi/relocate.js";
import { sharedMemory } from "../columns/memory.js";
import { codeOf } from "./loader.js";
import type { Block, ModuleSource } from "./round-protocol.js";
import { staticBlock } from "./static-block.js";

interface Relocated {
  /** where the thread's own static data is */
  readonly base: number;
  readonly source: Promise<ModuleSource>;
  /** where what its variables keep lies, if they do */
  readonly scratch: number | undefined;
}

/**
 * The kernel modules of one worker thread and its successors, or of this thread: each moved to where its static data lies
 * there, and compiled here. A worker that compiled its own would leave some 40 KB behind when it ends (V8 of Node 20), and
 * its successor would have to begin again.
 */
export class RelocatedModules {
  readonly #relocated = new Map<string, Relocated>();

  /** @param scratchBytes what a module has for itself whose variables keep objects */
  constructor(readonly scratchBytes: number) {}

  /** @throws RangeError when there is no room for static data; Error when the file is not of this module, or cannot be read */
  get(module: KernelModule): Promise<ModuleSource> {
    return (this.#relocated.get(module.description.hash) ?? this.#relocate(module)).source;
  }

  #relocate(module: KernelModule): Relocated {
    const { hash, variables } = module.description;
    const base = staticBlock(module.description);
    let keeping: ModuleSource["keeping"];
    try {
      keeping = variables && { variables, scratch: this.#allocateScratch() };
    } catch (error) {
      sharedMemory().statics.free(base);
      throw error;
    }
    const source = compile(module, base).then((compiled) => ({ hash, module: compiled, keeping }));
    const relocated: Relocated = { base, source, scratch: keeping?.scratch.address };
    this.#relocated.set(hash, relocated);
    source.catch(() => {
      if (this.#relocated.get(hash) !== relocated) return;
      this.#relocated.delete(hash);
      release(relocated);
    });
    return relocated;
  }

  #allocateScratch(): Block {
    const bytes = this.scratchBytes;
    return { address: sharedMemory().allocate(bytes, { purpose: "what a module's variables keep" }), bytes };
  }

  /** Frees the memory: no thread uses the modules any more. */
  free(): void {
    for (const relocated of this.#relocated.values()) release(relocated);
    this.#relocated.clear();
  }
}

function release({ base, scratch }: Relocated): void {
  sharedMemory().statics.free(base);
  if (scratch !== undefined) sharedMemory().free(scratch);
}

async function compile(module: KernelModule, base: number): Promise<WebAssembly.Module> {
  const { description } = module;
  const code = relocate(await codeOf(module), description, base);
  try {
    return await WebAssembly.compile(code as BufferSource);
  } catch (cause) {
    const kernels = Object.keys(description.kernels).join(", ");
    throw new Error(
      `The WebAssembly of ${kernels} is as it was built, but cannot be compiled here: ${(cause as Error).message}.`,
      { cause },
    );
  }
}
