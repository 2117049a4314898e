import type { stateKey } from "../base/keys.js";

/**
 * A batch of any class.
 * @group Types behind types
 */
export interface AnyBatch {
  readonly indices: readonly any[];
  readonly length: number;
  readonly data: any;
  readonly signal: any;
  readonly paths: readonly string[];
  positionOf(id: any): number;
  pathOf(id: any): string;
  at(id: any): any;
  set(components: any): any;
  allocate(name: any, how: any): any;
  rows(...names: any[]): any;
  subset(which: any): any;
  split(parts: any): any[];
  save(path: string | URL, options?: any): Promise<void>;
  with(options: any): any;
  toJSON(): object;
  dispose(): void;
  [Symbol.dispose](): void;
  /** @internal */
  [stateKey](): object;
}

/**
 * A class of batches, which may be abstract.
 * @group Types behind types
 */
export type AnyBatchClass = abstract new (...args: any[]) => AnyBatch;
