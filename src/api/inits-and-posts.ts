import { knownAcrossCopies } from "../base/copies.js";
import { checkOptionNames, shownValue } from "../base/option-names.js";
import type { AnyBatch } from "../batch/any-batch.js";
import { Invocation, invocationAt } from "../call/invocation.js";
import type { Component } from "../columns/column.js";
import { isColumn, toComponent } from "../columns/from-values.js";
import type { BlockOf, RowOf } from "../columns/rows-of.js";
import { filledWith } from "./filled.js";
import { foldOf } from "./reduce.js";
import { outcomeOf, ParallelError, type Results } from "./results.js";

/**
 * What each invocation has of a component: the row of one item, those of a block of items, or all.
 * @group Types behind types
 */
export type Part = "item" | "block" | "whole";

/**
 * An init made by `rows` or `columns`; `Names` are the components that it needs.
 * @group Types behind types
 */
export interface ReadyInit<Names extends readonly string[] = readonly string[], P extends Part = Part> {
  /** Returns the invocations; `this` is the batch. @param args the call's arguments, of which it takes no notice */
  (this: any, ...args: unknown[]): Iterable<unknown>;
  /** the components that it needs */
  readonly names: Names;
  /** @hidden */
  readonly _part?: P;
}

/**
 * An init made by `rows`.
 * @group Types behind types
 */
export interface RowsInit<Names extends readonly string[]> extends ReadyInit<Names, "item"> {
  /**
   * One invocation per block of items: a view of the block's rows, one after another, per component. The last block may be
   * smaller.
   * @param items items in a block
   * @throws RangeError unless it is a whole number, 1 or more
   */
  blocks(items: number): ReadyInit<Names, "block">;
}

/**
 * One invocation per item, with the item's row of each named component: a number where the component is dense `[N]`, a
 * view where it is `[N, …]` or ragged (under `mpc` a copy), the element where it is an ordinary array. A kernel gets
 * them without any cost per item.
 * @param names the components; the first is the method's first parameter
 * @throws TypeError for no names, or what is not a name; the call throws an error for a component that does not exist
 * @cost None for kernels, a number or a view for each item of other targets. Under `mpc` rows are copied to the process.
 * @example
 * import { Batch, inbatchParallel, into, type Ragged, rows } from "nogil";
 * import * as kernels from "./build/kernels.js";
 *
 * class Signals extends Batch<{ signal: Ragged<"f64">; peak: any }> {
 *   \@inbatchParallel({ init: rows("signal"), post: into("peak"), target: "nogil" })
 *   findPeak() {
 *     return kernels.peak;
 *   }
 * }
 */
export function rows<const Names extends readonly string[]>(...names: Names): RowsInit<Names> {
  checkNames(names, "rows()");
  const init = function (this: AnyBatch) {
    return this.rows(...names);
  };
  const blocks = (items: number): ReadyInit<Names, "block"> => {
    checkBlock(items);
    const inBlocks = function (this: AnyBatch) {
      return this.rows(...names).blocks(items);
    };
    return Object.assign(inBlocks, { names });
  };
  return Object.assign(init, { names, blocks });
}

/**
 * One invocation per named component, with all its values: a view of a column, or the array itself.
 * @param names the components, each an item of the call
 * @throws TypeError for no names, or what is not a name; the call throws an error for a component that does not exist
 * @cost A view for each component. Under `mpc` columns are copied to the process.
 * @example
 * import { Batch, columns, type Dense, inbatchParallel, into } from "nogil";
 * import * as kernels from "./build/kernels.js";
 *
 * class Table extends Batch<{ x: Dense<"f64">; y: Dense<"f64"> }> {
 *   \@inbatchParallel({ init: columns("x", "y"), target: "nogil" })
 *   standardize() {
 *     return kernels.standardize;
 *   }
 * }
 */
export function columns<const Names extends readonly string[]>(...names: Names): ReadyInit<Names, "whole"> {
  checkNames(names, "columns()");
  const init = function (this: AnyBatch) {
    return names.map((name) => {
      const component: Component = this.data[name];
      return new Invocation([isColumn(component) ? component.values : component]);
    });
  };
  return Object.assign(init, { names });
}

/** What an item has of components, and what a block of items has of them. */
type RowsOf<Cs extends readonly unknown[]> = { [K in keyof Cs]: RowOf<Cs[K]> };
type BlocksOf<Cs extends readonly unknown[]> = { [K in keyof Cs]: BlockOf<Cs[K]> };

/**
 * The invocations of `rows`: element `i` of every component for item `i`.
 * @group Types behind types
 */
export class Rows<Cs extends readonly unknown[] = any> implements Iterable<Invocation<RowsOf<Cs>, never>> {
  /** @hidden */
  readonly kind = "zipped";
  /** @hidden */
  declare readonly _components?: Cs;
  /** items */
  readonly length: number;

  constructor(
    /** the components */
    readonly components: readonly Component[],
    length: number,
    /** what the components are called, for errors */
    readonly names: readonly string[],
  ) {
    this.length = length;
  }

  /** The invocations, an object for each. */
  *[Symbol.iterator](): Iterator<Invocation<RowsOf<Cs>, never>> {
    for (let i = 0; i < this.length; i++) yield invocationAt(this, i) as Invocation<any, never>;
  }

  /**
   * One invocation per block of items; the last may be smaller. Copies nothing of columns.
   * @param items items in a block
   * @throws RangeError unless it is a whole number, 1 or more
   */
  blocks(items: number): Invocation<BlocksOf<Cs>, never>[] {
    checkBlock(items);
    const blocks: Invocation<any, never>[] = [];
    const blocksOf = this.components.map(blockOf);
    for (let from = 0; from < this.length; from += items) {
      const to = Math.min(from + items, this.length);
      const block: unknown[] = [];
      for (const of of blocksOf) block.push(of(from, to));
      blocks.push(new Invocation(block));
    }
    return blocks;
  }
}

knownAcrossCopies(Rows, "Rows", "any");

/** @throws TypeError unless these are the names of components, one at least */
export function checkNames(names: readonly unknown[], where: string): void {
  const odd = names.findIndex((name) => typeof name !== "string" || name === "");
  if (names.length > 0 && odd < 0) return;
  throw new TypeError(
    `${where} takes the names of one or more components, got ${odd < 0 ? "none" : shownValue(names[odd])}.`,
  );
}

function checkBlock(items: number): void {
  if (Number.isSafeInteger(items) && items >= 1) return;
  throw new RangeError(
    `blocks() takes the number of items in a block, a positive integer, got ${shownValue(items)}.`,
  );
}

function blockOf(component: Component): (from: number, to: number) => unknown {
  if (!isColumn(component)) return (from, to) => component.slice(from, to);
  const { values, offsets, shape } = component;
  if (offsets) return (from, to) => values.subarray(offsets[from], offsets[to]);
  const width = shape.slice(1).reduce<number>((product, size) => product * (size ?? 1), 1);
  return (from, to) => values.subarray(from * width, to * width);
}

/**
 * A post made by `into`; `Name` is the component that it makes, `Fill` what takes the place of items that failed.
 * @group Types behind types
 */
export interface ReadyPost<Name extends string = string, Fill = unknown> {
  /**
   * Makes the component; `this` is the batch, which it returns.
   * @param results what the items returned
   * @param args the call's arguments, of which it takes no notice
   */
  (this: any, results: Results<any>, ...args: unknown[]): AnyBatch;
  /** the component that it makes */
  readonly component: Name;
  /** @hidden */
  readonly _fill?: Fill;
}

/** Whether an init was made by `rows` or `columns`, which take no arguments of the call. */
export function isReadyInit(init: unknown): boolean {
  return typeof init === "function" && "names" in init;
}

/** Whether a post was made by `into` or `reduce`, which take no arguments of the call. */
export function isReadyPost(post: unknown): boolean {
  return typeof post === "function" && ("component" in post || foldOf(post) !== undefined);
}

/**
 * Makes a component of the results: numbers become a dense column `[N]`, typed arrays of one length a dense column
 * `[N, length]`, of several lengths a ragged one, anything else an array. Results of a kernel are not copied, unless
 * rows of one length have to be brought together.
 *
 * If an item failed, the call fails with a `ParallelError` and the component stays as it was, unless `fill` is given, which
 * then takes the place of each item that failed. Results of a kernel keep their dtype, which has to hold it.
 * @param name of the component
 * @param options what takes the place of items that failed
 * @throws TypeError for what is not a name, or an option that does not exist
 * @cost Nothing is copied of a kernel's results of one dimension; else one copy of what the items returned.
 * @example
 * import { Batch, inbatchParallel, into, type Ragged, rows } from "nogil";
 * import * as kernels from "./build/kernels.js";
 *
 * class Signals extends Batch<{ signal: Ragged<"f64">; peak: any }> {
 *   \@inbatchParallel({ init: rows("signal"), post: into("peak", { fill: Number.NaN }), target: "nogil" })
 *   findPeak() {
 *     return kernels.peak;
 *   }
 * }
 */
export function into<const Name extends string, Fill = never>(
  name: Name,
  options: {
    /**
     * Takes the place of each item that failed.
     * @default none: the call fails with a `ParallelError` if an item failed
     */
    fill?: Fill;
  } = {},
): ReadyPost<Name, Fill> {
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`into() takes the name of the component that it makes, got ${shownValue(name)}.`);
  }
  checkOptionNames(options, ["fill"], `into("${name}")`);
  const filled = options.fill !== undefined;
  const post = function (this: AnyBatch, results: Results<any>) {
    if (results.failures.length > 0 && !filled) throw new ParallelError(results);
    const { length, column, values } = outcomeOf(results);
    if (
      length > 0 &&
      results.failures.length === 0 &&
      !column &&
      !values?.some((value) => value !== undefined)
    ) {
      throw new TypeError(`into("${name}") got nothing to keep: the items returned undefined.`);
    }
    this.data[name] = filled
      ? filledWith(results, options.fill, this.length, name)
      : results.ofKernel
        ? results.column()
        : toComponent([...(values ?? [])], this.length, `The component "${name}"`);
    return this;
  };
  return Object.assign(post, { component: name });
}
