import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hash } from "./build-record.js";

/** The transforms that `asconfig.json` names. asc would run them after ours, which must see what they made. */
export class UserTransforms {
  readonly #files: readonly string[];

  /** @param names packages, or absolute paths */
  constructor(names: unknown, cwd: string) {
    const { resolve } = createRequire(join(cwd, "noop.js"));
    this.#files = [names ?? []].flat().map((name) => {
      try {
        return resolve(String(name));
      } catch (cause) {
        throw new Error(
          `asconfig.json names the transform ${String(name)}, which was not found from ${cwd}.`,
          {
            cause,
          },
        );
      }
    });
  }

  /** What a build depends on. */
  get hashes(): string[] {
    return this.#files.map((file) => hash(readFileSync(file)));
  }

  load(): Promise<unknown[]> {
    return Promise.all(
      this.#files.map(async (file) => {
        const module = await import(pathToFileURL(file).href);
        return module.default ?? module;
      }),
    );
  }
}
