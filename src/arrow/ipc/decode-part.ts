import type { DataType } from "@uwdata/flechette";
import { typedArrays } from "../../abi/dtype.js";
import { dtypeOfArrow, Type, typeName } from "../types.js";
import type { Body, Place } from "./body.js";
import { broken } from "./broken.js";
import { allHaveBitmaps } from "./message.js";
import type { Part, Parts } from "./part.js";
import { type Coded, childrenOf, isCoded } from "./schema.js";

/** What a column is decoded from. */
export interface Origin {
  readonly body: Body;
  readonly version: number;
  /** how errors call it: `column "x"`, `dictionary 3` */
  readonly what: string;
  dictionary(id: bigint): Parts | undefined;
}

/** Counts what a column of a type takes of a record batch. */
export function countPlaces(type: DataType, version: number, into: Place): void {
  into.node++;
  if (isCoded(type)) {
    into.buffer += 2;
    return;
  }
  if (type.typeId === Type.BinaryView || type.typeId === Type.Utf8View) into.views++;
  into.buffer += ownBuffers(type, version);
  for (const child of childrenOf(type)) countPlaces(child.type, version, into);
}

/** Buffers that each column of a type has; columns of views have some more. */
function ownBuffers(type: DataType, version: number): number {
  switch (type.typeId) {
    case Type.Null:
      return 0;
    case Type.RunEndEncoded:
      return allHaveBitmaps(version) ? 1 : 0;
    case Type.Struct:
    case Type.FixedSizeList:
      return 1;
    case Type.Union:
      return (allHaveBitmaps(version) ? 1 : 0) + 1 + type.mode;
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Binary:
    case Type.LargeBinary:
    case Type.ListView:
    case Type.LargeListView:
      return 3;
    default:
      return 2;
  }
}

/** A column of a record batch as typed arrays over its body, each as long as its type says. */
export function decodePart(type: DataType, origin: Origin): Part {
  const { body, what } = origin;
  const node = body.node();
  const { length } = node;
  if (isCoded(type)) {
    const validity = readValidity(node, origin);
    const values = body.elements(typedArrays[dtypeOfArrow(type.indices)!], length, `the indices of ${what}`);
    return { ...node, validity, values, dictionary: origin.dictionary((type as Coded).id) };
  }
  switch (type.typeId) {
    case Type.Null:
      return { length, nullCount: length };
    case Type.RunEndEncoded: {
      skipBitmap(node, origin);
      const children = decodeChildren(type, origin);
      if (children[0].nullCount > 0) throw broken(`the ends of the runs of ${what} have nulls`);
      return { length, nullCount: 0, children };
    }
    case Type.Union:
      return decodeUnion(type, node, origin);
  }
  const validity = readValidity(node, origin);
  const elements = (dtype: keyof typeof typedArrays, count: number, of: string, words = 1) =>
    body.elements(typedArrays[dtype], count, `the ${of} of ${what}`, words);
  const bytes = (count: number) => body.bytes(count, `the values of ${what}`);
  // a column without rows may leave its offsets out
  const offsets = (dtype: "i32" | "i64") => elements(dtype, length === 0 ? 0 : length + 1, "offsets");
  switch (type.typeId) {
    case Type.Bool:
      return { ...node, validity, values: bytes(bitmapBytes(length)) };
    case Type.Float:
      return { ...node, validity, values: elements(dtypeOfArrow(type) ?? "u16", length, "values") };
    case Type.Decimal: {
      const words = Math.max(1, type.bitWidth / 64);
      const dtype = type.bitWidth === 32 ? "i32" : "u64";
      return { ...node, validity, values: elements(dtype, length * words, "values", words) };
    }
    case Type.Interval: {
      const words = [1, 2, 4][type.unit];
      return { ...node, validity, values: elements("i32", length * words, "values") };
    }
    case Type.FixedSizeBinary:
      return { ...node, validity, values: bytes(length * type.stride) };
    case Type.Utf8:
    case Type.Binary:
      return { ...node, validity, offsets: offsets("i32"), values: bytes(0) };
    case Type.LargeUtf8:
    case Type.LargeBinary:
      return { ...node, validity, offsets: offsets("i64"), values: bytes(0) };
    case Type.Utf8View:
    case Type.BinaryView: {
      const values = bytes(16 * length);
      return { ...node, validity, values, data: Array.from({ length: body.variadic() }, () => bytes(0)) };
    }
    case Type.List:
    case Type.Map:
      return { ...node, validity, offsets: offsets("i32"), children: decodeChildren(type, origin) };
    case Type.LargeList:
      return { ...node, validity, offsets: offsets("i64"), children: decodeChildren(type, origin) };
    case Type.ListView:
    case Type.LargeListView: {
      const dtype = type.typeId === Type.ListView ? "i32" : "i64";
      const [starts, sizes] = [elements(dtype, length, "offsets"), elements(dtype, length, "sizes")];
      return { ...node, validity, offsets: starts, sizes, children: decodeChildren(type, origin) };
    }
    case Type.FixedSizeList:
      return { ...node, validity, children: decodeChildren(type, origin, length * type.stride) };
    case Type.Struct:
      return { ...node, validity, children: decodeChildren(type, origin, length) };
    default: {
      const dtype = dtypeOfArrow(type);
      if (!dtype) throw new Error(`${typeName(type)} has no layout`);
      return { ...node, validity, values: elements(dtype, length, "values") };
    }
  }
}

function decodeUnion(type: DataType & { typeId: 14 }, node: Part, origin: Origin): Part {
  const { body, what } = origin;
  const { length } = node;
  skipBitmap(node, origin);
  const typeIds = body.elements(typedArrays.i8, length, `the members of ${what}`);
  const offsets =
    type.mode === 0 ? undefined : body.elements(typedArrays.i32, length, `the offsets of ${what}`);
  const children = decodeChildren(type, origin, type.mode === 0 ? length : 0);
  return { length, nullCount: 0, typeIds, offsets, children };
}

/** Unions and runs have no nulls but those of their values; before Arrow 1.0 they had a bitmap all the same. */
function skipBitmap({ nullCount }: Part, { body, version, what }: Origin): void {
  if (!allHaveBitmaps(version)) return;
  body.skip();
  if (nullCount > 0) throw broken(`${what} has nulls beside those of its values, as before Arrow 1.0`);
}

function decodeChildren(type: DataType, origin: Origin, least = 0): Part[] {
  return childrenOf(type).map(({ name, type: childType }) => {
    const child = decodePart(childType, origin);
    if (child.length >= least) return child;
    throw broken(
      `${origin.what} (${typeName(type)}) takes ${least} values of "${name}", and has ${child.length}`,
    );
  });
}

function readValidity({ length, nullCount }: Part, { body, what }: Origin): Uint8Array | undefined {
  const bitmap = body.bytes(nullCount > 0 ? bitmapBytes(length) : 0, `the bitmap of nulls of ${what}`);
  if (bitmap.length === 0) return undefined;
  if (bitmap.length < bitmapBytes(length)) {
    throw broken(
      `the bitmap of nulls of ${what} takes ${bitmapBytes(length)} bytes, and has ${bitmap.length}`,
    );
  }
  const nulls = length - countBits(bitmap, length);
  if (nulls !== nullCount) throw broken(`${what} has ${nulls} nulls, and says ${nullCount}`);
  return nullCount > 0 ? bitmap : undefined;
}

const bitmapBytes = (length: number) => Math.ceil(length / 8);

function countBits(bitmap: Uint8Array, length: number): number {
  const whole = length >> 3;
  let bits = 0;
  for (let i = 0; i < whole; i++) bits += bitsOf[bitmap[i]];
  return length % 8 === 0 ? bits : bits + bitsOf[bitmap[whole] & ((1 << (length & 7)) - 1)];
}

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let bits = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) bits++;
  return bits;
});
