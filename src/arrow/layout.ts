import type { DataType, Field } from "@uwdata/flechette";
import type { Dtype } from "../abi/dtype.js";
import { leafDtype } from "./leaf.js";
import { extensionData, extensionKey, fixedTensor, Type, typeName, variableTensor } from "./types.js";

/** What an Arrow column becomes. */
export type Layout =
  /** an element, or `itemShape` of them, an item */
  | { readonly kind: "dense"; readonly dtype: Dtype; readonly itemShape: readonly number[] }
  /** rows of entries of `entryShape` each */
  | { readonly kind: "ragged"; readonly dtype: Dtype; readonly entryShape: readonly number[] }
  /** rows beside a shape of so many sizes */
  | { readonly kind: "images"; readonly dtype: Dtype; readonly dimensions: number }
  | { readonly kind: "array" };

/** @param booleans whether booleans count as numbers */
export function layoutOf({ name, type, metadata }: Field, booleans: boolean): Layout {
  const fixed = fixedLayout(type, booleans);
  if (fixed) {
    const itemShape =
      metadata?.get(extensionKey) === fixedTensor
        ? tensorShape(metadata.get(extensionData), fixed.itemShape, name)
        : fixed.itemShape;
    return { kind: "dense", dtype: fixed.dtype, itemShape };
  }
  const entries = entriesOf(type);
  if (entries) {
    const entry =
      entries === "bytes" ? { dtype: "u8" as const, itemShape: [] } : fixedLayout(entries, booleans);
    if (entry) return { kind: "ragged", dtype: entry.dtype, entryShape: entry.itemShape };
  }
  if (metadata?.get(extensionKey) === variableTensor && type.typeId === Type.Struct) {
    checkPermutation(parse(metadata.get(extensionData)), name);
    const [data, shape] = ["data", "shape"].map(
      (part) => type.children.find((child) => child.name === part)?.type,
    );
    const rows = data && entriesOf(data);
    const entry = rows && rows !== "bytes" ? fixedLayout(rows, booleans) : undefined;
    if (entry?.itemShape.length === 0 && shape?.typeId === Type.FixedSizeList) {
      return { kind: "images", dtype: entry.dtype, dimensions: shape.stride };
    }
    throw new TypeError(
      `The column "${name}" is marked as ${variableTensor}, but its type is ${typeName(type)}: expected a Struct of ` +
        "a List of numbers, data, and a FixedSizeList, shape.",
    );
  }
  return { kind: "array" };
}

/** Elements under one entry of a type with a fixed number of them. */
export function widthOf(type: DataType): number {
  if (type.typeId === Type.FixedSizeBinary) return type.stride;
  return type.typeId === Type.FixedSizeList ? type.stride * widthOf(type.children[0].type) : 1;
}

/** The type of a list's entries, `"bytes"` for binary data, which is a list of bytes; undefined for what is not a list. */
export function entriesOf(type: DataType): DataType | "bytes" | undefined {
  switch (type.typeId) {
    case Type.Binary:
    case Type.LargeBinary:
      return "bytes";
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
      return type.children[0].type;
    default:
      return undefined;
  }
}

function fixedLayout(
  type: DataType,
  booleans: boolean,
): { readonly dtype: Dtype; readonly itemShape: readonly number[] } | undefined {
  if (type.typeId === Type.FixedSizeBinary) return { dtype: "u8", itemShape: [type.stride] };
  if (type.typeId === Type.FixedSizeList) {
    const inner = fixedLayout(type.children[0].type, booleans);
    return inner && { dtype: inner.dtype, itemShape: [type.stride, ...inner.itemShape] };
  }
  const dtype = leafDtype(type, booleans);
  return dtype && { dtype, itemShape: [] };
}

interface Tensor {
  readonly shape?: unknown;
  readonly permutation?: unknown;
}

function tensorShape(data: string | undefined, flat: readonly number[], name: string): readonly number[] {
  const tensor = parse(data);
  checkPermutation(tensor, name);
  const { shape } = tensor;
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  if (
    Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    product(shape) === product(flat)
  ) {
    return shape;
  }
  throw new TypeError(
    `The column "${name}" is marked as ${fixedTensor} with ${shape === undefined ? "no shape" : `the shape ${JSON.stringify(shape)}`}, ` +
      `and has ${product(flat)} elements an item.`,
  );
}

function checkPermutation({ permutation }: Tensor, name: string): void {
  if (!Array.isArray(permutation) || permutation.every((to, from) => to === from)) return;
  throw new TypeError(
    `The column "${name}" has tensors in the order of dimensions ${JSON.stringify(permutation)}: columns have the last ` +
      "dimension fastest. Write it in that order.",
  );
}

function parse(data: string | undefined): Tensor {
  try {
    return { ...(JSON.parse(data || "{}") as Tensor) };
  } catch {
    return {};
  }
}
