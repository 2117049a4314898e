import { common } from "../base/copies.js";
import { className } from "../base/kind-of.js";
import { shownValue } from "../base/option-names.js";
import type { Id } from "./ids.js";

interface Items {
  readonly indices: readonly Id[];
}

/** Absolute paths of files by the ids of items. */
export type Paths = ReadonlyMap<Id, string>;

const pathsByBatch = common("paths", () => new WeakMap<object, Paths>());

/** Says where the files of a batch's items are. The map may have other items too: it is shared, not copied. */
export function setPaths(batch: object, paths: Paths | undefined): void {
  if (paths) pathsByBatch.set(batch, paths);
}

/** What `setPaths` set, to set it for another batch. */
export function knownPaths(batch: object): Paths | undefined {
  return pathsByBatch.get(batch);
}

/** The path of one item. @throws RangeError for an item that is not a file */
export function pathIn(batch: Items, id: Id): string {
  const path = pathsByBatch.get(batch)?.get(id);
  if (path !== undefined) return path;
  throw new RangeError(
    `${className(batch)}: item ${shownValue(id)} is not a file. Batches of a dataset made by Dataset.fromFiles() have files.`,
  );
}

/** What travels to a worker: the paths of a batch's own items, in their order. */
export function packPaths(batch: Items): readonly (string | undefined)[] | undefined {
  const paths = pathsByBatch.get(batch);
  return paths && batch.indices.map((id) => paths.get(id));
}

export function unpackPaths(batch: Items, packed: readonly (string | undefined)[] | undefined): void {
  if (!packed) return;
  const entries = batch.indices.map((id, i) => [id, packed[i]] as const);
  setPaths(batch, new Map(entries.filter((entry): entry is [Id, string] => entry[1] !== undefined)));
}
