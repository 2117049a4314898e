import { isTypedArray, type TypedArray } from "../abi/dtype.js";
import { roomFor } from "../base/arrays.js";
import { isFunction } from "../base/callables.js";
import { stateKey } from "../base/keys.js";
import { className, kindOf } from "../base/kind-of.js";
import { shownValue } from "../base/option-names.js";
import type { Column, Component } from "../columns/column.js";
import { concat, part, subset } from "../columns/combine.js";
import { elementAt, isColumn } from "../columns/from-values.js";
import type { AnyBatch } from "./any-batch.js";
import { assemble } from "./assemble.js";
import { componentsOf, fieldsOf } from "./components.js";
import { checkAlive } from "./disposal.js";
import { knownPaths, setPaths } from "./paths.js";

// as long as an array can be
const mostParts = 2 ** 32 - 1;

/** Items by their positions in a batch. */
export interface Positions {
  /** from 0, in any order, one as often as it is named */
  readonly positions: readonly number[] | TypedArray;
}

export function subsetBatch<B extends AnyBatch>(batch: B, which: Iterable<unknown> | Positions): B {
  checkAlive(batch);
  const positions = positionsIn(batch, which);
  return derive(batch, picked(batch.indices, positions), (component) =>
    isColumn(component) ? subset(component, positions) : picked(component, positions),
  );
}

function picked<T>(values: readonly T[], positions: ArrayLike<number>): T[] {
  const made = roomFor<T>(positions.length);
  for (let i = 0; i < positions.length; i++) made[i] = values[positions[i]];
  return made;
}

export function splitBatch<B extends AnyBatch>(batch: B, parts: number | readonly number[]): B[] {
  checkAlive(batch);
  let end = 0;
  return lengthsOf(batch, parts).map((length) => {
    const begin = end;
    end += length;
    const last = end;
    return derive(batch, batch.indices.slice(begin, last), (component) =>
      isColumn(component) ? part(component, begin, last) : component.slice(begin, last),
    );
  });
}

export function concatBatches<B extends AnyBatch>(
  batchClass: new (ids: unknown[]) => B,
  given: Iterable<B>,
): B {
  const label = `${batchClass.name}.concat()`;
  if (typeof given !== "object" || given === null || !(Symbol.iterator in given)) {
    throw new TypeError(`${label} takes batches in an array or another iterable, got ${kindOf(given)}.`);
  }
  const batches = [...given];
  if (batches.length === 0) throw new TypeError(`${label} takes at least one batch, got none.`);
  batches.forEach((batch, i) => {
    if (typeof batch !== "object" || batch === null || !(stateKey in batch)) {
      throw new TypeError(`${label} takes batches: number ${i} is ${kindOf(batch)}.`);
    }
    checkAlive(batch);
  });
  // what a batch without items has, or lacks, does not matter
  const filled = batches.filter(({ length }) => length > 0);
  const all = (filled.length > 0 ? filled : batches.slice(0, 1)).map(componentsOf);
  const numbers = filled.map((batch) => batches.indexOf(batch));
  for (const [i, components] of all.entries()) {
    for (const name of Object.keys(components)) {
      const lacking = all.findIndex((others) => !Object.hasOwn(others, name));
      if (lacking < 0) continue;
      throw new TypeError(
        `${label}: batch ${numbers[lacking]} has no component "${name}", which batch ${numbers[i]} has. ` +
          "Set it there, or delete it here.",
      );
    }
  }
  const joined = Object.keys(all[0]).map((name): [string, Component] => [
    name,
    join(
      all.map((components) => components[name]),
      `${label}: component "${name}"`,
    ),
  ]);
  const ids = allOf(batches.map(({ indices }) => indices));
  return copyFields(batches[0], assemble(batchClass, ids, Object.fromEntries(joined)));
}

function join(components: readonly Component[], what: string): Component {
  if (components.every(isColumn)) {
    try {
      return concat(components as readonly Column[]);
    } catch (error) {
      if (error instanceof TypeError) error.message = `${what}: ${error.message}`;
      throw error;
    }
  }
  return allOf(
    components.map((component) =>
      isColumn(component)
        ? Array.from({ length: component.length }, (_, i) => copied(elementAt(component, i)))
        : component,
    ),
  );
}

/** The elements of all, undefined in the place of holes. */
function allOf<T>(arrays: readonly (readonly T[])[]): T[] {
  const made = roomFor<T>(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) for (let i = 0; i < array.length; i++) made[at++] = array[i];
  return made;
}

const copied = (row: unknown) => (ArrayBuffer.isView(row) ? (row as Float64Array).slice() : row);

function derive<B extends AnyBatch>(batch: B, ids: unknown[], pick: (component: Component) => Component): B {
  const picked = Object.entries(componentsOf(batch)).map(([name, component]) => [name, pick(component)]);
  const made = assemble(batch.constructor as new (ids: unknown[]) => B, ids, Object.fromEntries(picked));
  return copyFields(batch, made);
}

// functions may be bound to their batch, and the constructor makes them anew
function copyFields<B extends object>(from: object, to: B): B {
  setPaths(to, knownPaths(from));
  for (const [name, value] of Object.entries(fieldsOf(from))) {
    if (name !== "indices" && !isFunction(value)) (to as Record<string, unknown>)[name] = value;
  }
  return to;
}

function positionsIn(batch: AnyBatch, which: Iterable<unknown> | Positions): ArrayLike<number> {
  if (typeof which === "object" && which !== null) {
    if (Symbol.iterator in which) {
      const ids = [...which];
      const positions = new Uint32Array(ids.length);
      for (let i = 0; i < ids.length; i++) positions[i] = batch.positionOf(ids[i]);
      return positions;
    }
    if ("positions" in which) return checkPositions(batch, which.positions);
  }
  throw new TypeError(
    `${className(batch)}.subset() takes ids in an array or another iterable, or { positions: [0, 2] }, ` +
      `got ${kindOf(which)}.`,
  );
}

function checkPositions(batch: AnyBatch, positions: unknown): ArrayLike<number> {
  if (!Array.isArray(positions) && !isTypedArray(positions)) {
    throw new TypeError(
      `${className(batch)}.subset() takes positions in an array, { positions: [0, 2] }, got ${shownValue(positions)}.`,
    );
  }
  const { length } = batch;
  const checked = new Uint32Array(positions.length);
  for (let i = 0; i < checked.length; i++) {
    const position: unknown = positions[i];
    // whole, and no number that is too large for its place
    if (typeof position === "number" && position < length && position >>> 0 === position) {
      checked[i] = position;
      continue;
    }
    throw new RangeError(
      `${className(batch)} has no item at position ${shownValue(position)}: it has ${length}.`,
    );
  }
  return checked;
}

function lengthsOf(batch: AnyBatch, parts: number | readonly number[]): readonly number[] {
  const { length } = batch;
  const label = `${className(batch)}.split()`;
  if (typeof parts === "number") {
    if (!Number.isSafeInteger(parts) || parts < 1 || parts > mostParts) {
      throw new RangeError(`${label} takes a number of parts from 1, or the length of each, got ${parts}.`);
    }
    return Array.from({ length: parts }, (_, i) => Math.floor(length / parts) + (i < length % parts ? 1 : 0));
  }
  if (!Array.isArray(parts)) {
    throw new TypeError(
      `${label} takes a number of parts from 1, or the length of each in an array, got ${shownValue(parts)}.`,
    );
  }
  const odd = parts.findIndex((size) => !Number.isSafeInteger(size) || size < 0);
  if (odd >= 0) {
    throw new TypeError(
      `${label} takes lengths as whole numbers from 0, got ${shownValue(parts[odd])} at position ${odd}.`,
    );
  }
  const sum = parts.reduce((total, size) => total + size, 0);
  if (sum !== length) {
    throw new RangeError(`${label}: lengths that sum up to ${sum} do not divide a batch of ${length} items.`);
  }
  return parts;
}
