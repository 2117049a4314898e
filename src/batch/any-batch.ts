import type { stateKey } from "../base/keys.js";

/**
 * A batch of any class.
 * @group Types behind types
 */
export interface AnyBatch {
  /** the ids of the items, in order */
  readonly indices: readonly any[];
  /** how many items it has */
  readonly length: number;
  /** the components by name */
  readonly data: any;
  /** the signal of the item that runs, within a parallel method */
  readonly signal: any;
  /** the absolute paths of the items' files */
  readonly paths: readonly string[];
  /**
   * The position of an item.
   * @param id of the item
   */
  positionOf(id: any): number;
  /**
   * The absolute path of an item's file.
   * @param id of the item
   */
  pathOf(id: any): string;
  /**
   * What one item has of every component.
   * @param id of the item
   */
  at(id: any): any;
  /**
   * Sets components.
   * @param components arrays and columns by name
   */
  set(components: any): any;
  /**
   * Makes a column of zeros a component.
   * @param name of the component
   * @param how what the column has
   */
  allocate(name: any, how: any): any;
  /**
   * One invocation per item with its row of each named component.
   * @param names the components
   */
  rows(...names: any[]): any;
  /**
   * A new batch of some of the items.
   * @param which the items' ids, or `{ positions }`
   */
  subset(which: any): any;
  /**
   * Batches of the items that follow one another.
   * @param parts how many, or the length of each
   */
  split(parts: any): any[];
  /**
   * Writes ids and components to an Arrow file.
   * @param path of the file, or its URL
   * @param options types, rows in a record batch
   */
  save(path: string | URL, options?: any): Promise<void>;
  /**
   * The same batch, whose parallel methods run as given here.
   * @param options the options of a call
   */
  with(options: any): any;
  /** What `JSON.stringify` writes. */
  toJSON(): object;
  /** Frees the memory of its columns. */
  dispose(): void;
  /** `dispose`, for `using`. */
  [Symbol.dispose](): void;
  /** @internal */
  [stateKey](): object;
}

/**
 * A class of batches, which may be abstract.
 * @group Types behind types
 */
export type AnyBatchClass = abstract new (...args: any[]) => AnyBatch;
