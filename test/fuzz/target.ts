import type { Material } from "./mutations.js";

/** A reader of files, as `fuzz` tries it. */
export interface Target<T = unknown> extends Material {
  read(bytes: Uint8Array, seed: string): T | Promise<T>;
  /** @throws where the value is not what is in the bytes */
  check(value: T, bytes: Uint8Array, seed: string): void;
  dispose?(value: T): void;
  /** which errors are ours */
  readonly refusals: RegExp;
}
