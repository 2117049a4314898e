import { sharedMemory } from "../columns/memory.js";
import type { KernelModule } from "../kernel.js";
import { codeOf } from "./loader.js";
import type { ModuleSource } from "./protocol.js";
import { relocate } from "./relocate.js";
import { staticRoom } from "./static-room.js";

interface Placed {
  /** where the thread's own static data is */
  readonly base: number;
  readonly compiled: Promise<WebAssembly.Module>;
}

/**
 * The kernel modules of one worker thread and its successors, or of this thread: each moved to where its static data lies
 * there, and compiled here. A worker that compiled its own would leave some 40 KB behind when it ends (V8 of Node 20), and
 * its successor would have to begin again.
 */
export class PlacedModules {
  readonly #placed = new Map<string, Placed>();

  /** @throws RangeError when there is no room for static data; Error when the file is none of a module, or cannot be read */
  async get(module: KernelModule): Promise<ModuleSource> {
    const { hash } = module.description;
    const { compiled } = this.#placed.get(hash) ?? this.#place(module);
    return { hash, module: await compiled };
  }

  #place(module: KernelModule): Placed {
    const { hash } = module.description;
    const base = staticRoom(module.description);
    const placed = { base, compiled: compile(module, base) };
    this.#placed.set(hash, placed);
    placed.compiled.catch(() => {
      if (this.#placed.get(hash) !== placed) return;
      this.#placed.delete(hash);
      sharedMemory().statics.free(base);
    });
    return placed;
  }

  /** Gives the static data back: no thread uses the modules any more. */
  free(): void {
    for (const { base } of this.#placed.values()) sharedMemory().statics.free(base);
    this.#placed.clear();
  }
}

async function compile(module: KernelModule, base: number): Promise<WebAssembly.Module> {
  const { description } = module;
  const code = relocate(await codeOf(module), description, base);
  try {
    return await WebAssembly.compile(code as BufferSource);
  } catch (cause) {
    const kernels = Object.keys(description.kernels).join(", ");
    throw new Error(
      `The WebAssembly file of ${kernels} is damaged: build it again. (${(cause as Error).message})`,
      { cause },
    );
  }
}
