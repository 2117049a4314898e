import type { KernelModule } from "../abi/kernel.js";
import { relocate } from "../abi/relocate.js";
import { sharedMemory } from "../columns/memory.js";
import { codeNow, codeOf } from "./loader.js";
import type { Block, ModuleSource } from "./round-protocol.js";
import { staticBlock } from "./static-block.js";

interface Relocated {
  /** where the thread's own static data is */
  readonly base: number;
  /** its variables, and where what they keep lies, if they do */
  readonly keeping: ModuleSource["keeping"];
  loading?: Promise<ModuleSource>;
  ready?: ModuleSource;
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
  async get(module: KernelModule): Promise<ModuleSource> {
    const relocated = this.#relocatedOf(module);
    if (relocated.ready) return relocated.ready;
    relocated.loading ??= this.#load(module, relocated);
    return relocated.loading;
  }

  /** The same at once; undefined where its bytes have to be fetched. */
  getNow(module: KernelModule): ModuleSource | undefined {
    const relocated = this.#relocatedOf(module);
    if (relocated.ready) return relocated.ready;
    try {
      const code = codeNow(module);
      if (code)
        relocated.ready = sourceOf(module, relocated, compileNow(module, moved(code, module, relocated)));
      return relocated.ready;
    } finally {
      if (!relocated.ready && !relocated.loading) this.#remove(module, relocated);
    }
  }

  async #load(module: KernelModule, relocated: Relocated): Promise<ModuleSource> {
    try {
      const compiled = await compile(module, moved(await codeOf(module), module, relocated));
      // whoever could not wait may have compiled it meanwhile
      relocated.ready ??= sourceOf(module, relocated, compiled);
      return relocated.ready;
    } catch (error) {
      if (relocated.ready) return relocated.ready;
      this.#remove(module, relocated);
      throw error;
    }
  }

  #relocatedOf(module: KernelModule): Relocated {
    const { hash, variables } = module.description;
    const before = this.#relocated.get(hash);
    if (before) return before;
    const base = staticBlock(module.description);
    let keeping: ModuleSource["keeping"];
    try {
      keeping = variables && { variables, scratch: this.#allocateScratch() };
    } catch (error) {
      sharedMemory().statics.free(base);
      throw error;
    }
    const relocated: Relocated = { base, keeping };
    this.#relocated.set(hash, relocated);
    return relocated;
  }

  #remove({ description: { hash } }: KernelModule, relocated: Relocated): void {
    if (this.#relocated.get(hash) !== relocated) return;
    this.#relocated.delete(hash);
    release(relocated);
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

function release({ base, keeping }: Relocated): void {
  sharedMemory().statics.free(base);
  if (keeping) sharedMemory().free(keeping.scratch.address);
}

function sourceOf(
  { description: { hash } }: KernelModule,
  { keeping }: Relocated,
  module: WebAssembly.Module,
): ModuleSource {
  return { hash, module, keeping };
}

function moved(code: Uint8Array, { description }: KernelModule, { base }: Relocated): BufferSource {
  return relocate(code, description, base);
}

async function compile(module: KernelModule, code: BufferSource): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(code);
  } catch (cause) {
    throw notCompiled(module, cause);
  }
}

function compileNow(module: KernelModule, code: BufferSource): WebAssembly.Module {
  try {
    return new WebAssembly.Module(code);
  } catch (cause) {
    throw notCompiled(module, cause);
  }
}

function notCompiled({ description }: KernelModule, cause: unknown): Error {
  const kernels = Object.keys(description.kernels).join(", ");
  // what a page may compile at once is limited
  const remedy = cause instanceof RangeError ? " Call it after: await ready(kernel)." : "";
  return new Error(
    `The WebAssembly of ${kernels} is as it was built, but cannot be compiled here: ${(cause as Error).message}.${remedy}`,
    { cause },
  );
}
