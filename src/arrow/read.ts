import type { DataType, Field } from "@uwdata/flechette";
import { type Dtype, dtypeOf, type TypedArray, typedArrays } from "../abi/dtype.js";
import { typedArrayName } from "../base/realms.js";
import type { Column, Component } from "../columns/column.js";
import { denseOver, product, uncleared } from "../columns/dense.js";
import { raggedOver, unclearedRagged } from "../columns/ragged.js";
import { ownedAddress } from "../columns/storage.js";
import { arrayComponent } from "./array-component.js";
import { categoryCodes } from "./category-codes.js";
import { converted } from "./convert.js";
import type { Budget } from "./ipc/budget.js";
import { nullTest, type Part, type Parts } from "./ipc/part.js";
import { entriesOf, type Layout, layoutOf, widthOf } from "./layout.js";
import { leafOf } from "./leaf.js";
import { eachNull, fillFor, type Level, nullError, type TakeNulls } from "./nulls.js";
import type { Nulls } from "./options.js";
import type { ColumnReport } from "./report.js";
import { type Rows, rowsOf, sizesBeside, sizesWithin } from "./rows.js";
import { type Role, roleKey, Type, typeName } from "./types.js";

/** Nulls of a record batch, found anew each time since many would take much memory. */
interface Nullness {
  readonly any: boolean;
  each(take: TakeNulls): void;
}

/** How to read a column. */
export interface How {
  readonly nulls: Nulls;
  readonly dtype?: Dtype;
  /** of a column of strings that becomes numbers */
  readonly categories?: readonly string[];
  readonly budget: Budget;
  /** the bytes were copied into shared memory before they were read, for this reason */
  readonly copiedBefore?: string;
}

type Numeric = Exclude<Layout, { kind: "array" }>;

/** The elements of one record batch of a column. */
interface Piece {
  readonly items: number;
  readonly values: TypedArray;
  readonly nulls: Nullness;
  /** of lists */
  readonly rows?: Rows;
}

/** The component that an Arrow column becomes, and what became of its bytes. */
export function readColumn(
  field: Field,
  column: Parts,
  how: How,
): { component: Component; report: ColumnReport } {
  const type = typeName(field.type);
  const what = `The column "${field.name}" (${type})`;
  if (how.categories !== undefined) {
    const component = categoryCodes(field.type, column, how.categories, readsOf(how, what));
    const bytes = component.values.byteLength;
    return {
      component,
      report: { type, use: "copied", bytes, why: "strings become the places of categories" },
    };
  }
  const asArray = field.metadata?.get(roleKey) === ("array" satisfies Role) && !how.dtype;
  const layout: Layout = asArray ? { kind: "array" } : layoutOf(field, how.dtype !== undefined);
  if (layout.kind === "array") {
    if (how.dtype) throw new TypeError(`${what} is not made of numbers, so it cannot become ${how.dtype}.`);
    const component = arrayComponent(field.type, column, readsOf(how, what));
    return { component, report: { type, use: "array", bytes: 0 } };
  }
  const pieces = column.data.map((part) => pieceOf(field.type, part, layout, how, what));
  const dtype = how.dtype ?? layout.dtype;
  const reason = reasonToCopy(pieces, layout, dtype);
  const component =
    reason === undefined
      ? inPlace(pieces, layout, column.length)
      : copied(pieces, layout, dtype, column.length, how, what, field.name);
  const elements = pieces.reduce((sum, { values }) => sum + values.length, 0);
  const bytes = elements * typedArrays[dtype].BYTES_PER_ELEMENT;
  const why = reason ?? how.copiedBefore;
  return {
    component,
    report: why === undefined ? { type, use: "in place", bytes } : { type, use: "copied", bytes, why },
  };
}

const readsOf = ({ dtype, budget }: How, what: string) => ({ what, budget, exact: dtype === undefined });

function pieceOf(type: DataType, part: Part, layout: Numeric, how: How, what: string): Piece {
  const items = part.length;
  if (layout.kind === "dense") {
    const { values, levels } = descend(type, part, how, what);
    const nulls = nullsIn((take) => eachNull(levels, product(layout.itemShape), items, undefined, take));
    return { items, values, nulls };
  }
  if (layout.kind === "ragged") return listPiece(type, part, layout.entryShape, [], how, what);
  const struct = type as DataType & { typeId: 13 };
  const data = struct.children.findIndex(({ name }) => name === "data");
  const own = levelOf(part, 0);
  const list = listPiece(struct.children[data].type, part.children![data], [], [own], how, what);
  list.nulls.each((row, begin, end) => {
    if (begin === end) list.rows!.lengths[row] = 0;
  });
  const sizes = sizesBeside(struct, part, list.rows!, layout.dimensions, what, how.budget);
  return { ...list, rows: { ...list.rows!, sizes } };
}

function nullsIn(each: (take: TakeNulls) => void): Nullness {
  let any = false;
  each(() => {
    any = true;
    return true;
  });
  return { any, each };
}

function listPiece(
  type: DataType,
  part: Part,
  entryShape: readonly number[],
  above: readonly Level[],
  how: How,
  what: string,
): Piece {
  const entry = entriesOf(type)!;
  const items = part.length;
  const { values, levels } =
    entry === "bytes" ? { values: part.values!, levels: [] } : descend(entry, part.children![0], how, what);
  const width = entry === "bytes" ? 1 : widthOf(entry);
  const entries = entry === "bytes" ? values.length : part.children![0].length;
  const rows = rowsOf(type, part, entries, width, what);
  if (levels.some(({ nullCount }) => nullCount > 0)) how.budget.spend(repeated(rows, values));
  const all = [...above, levelOf(part, 0), ...levels];
  const nulls = nullsIn((take) => eachNull(all, 0, items, rows, take));
  return { items, values, nulls, rows: { ...rows, sizes: sizesWithin(rows, entryShape) } };
}

/** Bytes of rows beyond those of the elements: rows of a list of views may be over each other. */
function repeated({ lengths }: Rows, values: TypedArray): number {
  let elements = 0;
  for (let i = 0; i < lengths.length; i++) elements += lengths[i];
  return Math.max(0, elements - values.length) * values.BYTES_PER_ELEMENT;
}

/** From entries with a fixed number of elements each down to these. */
function descend(
  type: DataType,
  part: Part,
  how: How,
  what: string,
): { values: TypedArray; levels: readonly Level[] } {
  const levels: Level[] = [];
  let below = type;
  let at = part;
  while (below.typeId === Type.FixedSizeList) {
    levels.push(levelOf(at, widthOf(below)));
    at = at.children![0];
    below = below.children[0].type;
  }
  const needed = part.length * widthOf(type);
  const leaf =
    below.typeId === Type.FixedSizeBinary
      ? { ...levelOf(at, below.stride), values: at.values! }
      : { ...leafOf(below, at, readsOf(how, what), how.dtype !== undefined), width: 1 };
  levels.push(leaf);
  if (leaf.values.length < needed) {
    throw new RangeError(`${what} is cut off: it has ${leaf.values.length} elements, expected ${needed}.`);
  }
  return { values: leaf.values.subarray(0, needed), levels };
}

function levelOf(part: Part, width: number): Level {
  return { width, nullCount: part.validity?.length ? part.nullCount : 0, isNull: nullTest(part) };
}

function reasonToCopy(pieces: readonly Piece[], layout: Numeric, dtype: Dtype): string | undefined {
  if (dtype !== layout.dtype) return `${layout.dtype} is converted to ${dtype}`;
  if (pieces.some(({ nulls }) => nulls.any)) return "nulls are replaced";
  if (pieces.length === 0) return "there are no rows";
  if (!pieces.every(({ values }) => ownedAddress(values) !== undefined)) {
    return "its elements are not in shared memory";
  }
  if (layout.kind === "dense" && pieces.length > 1) return `it comes in ${pieces.length} record batches`;
  return undefined;
}

function inPlace(pieces: readonly Piece[], layout: Numeric, length: number): Column {
  if (layout.kind === "dense") return denseOver(pieces[0].values, [length, ...layout.itemShape]);
  const places = { ...joined(pieces, layout, length), addresses: new Float64Array(length) };
  let at = 0;
  for (const { values, rows } of pieces) {
    const address = ownedAddress(values)!;
    const { starts } = rows!;
    const bytes = values.BYTES_PER_ELEMENT;
    for (let i = 0; i < starts.length; i++) places.addresses[at++] = address + starts[i] * bytes;
  }
  return raggedOver(
    layout.dtype,
    places,
    pieces.map(({ values }) => values),
  );
}

function copied(
  pieces: readonly Piece[],
  layout: Numeric,
  dtype: Dtype,
  length: number,
  { nulls, budget }: How,
  what: string,
  name: string,
): Column {
  for (const { rows, values } of pieces) if (rows) budget.spend(repeated(rows, values));
  const target =
    layout.kind === "dense"
      ? uncleared(dtype, [length, ...layout.itemShape])
      : unclearedRagged(dtype, joined(pieces, layout, length));
  try {
    const elements = target.values as Float64Array;
    let at = 0;
    let before = 0;
    for (const piece of pieces) {
      if (piece.nulls.any && nulls === "error") {
        let first = piece.items;
        piece.nulls.each((row) => {
          first = Math.min(first, row);
        });
        throw nullError(before + first, what, name);
      }
      // what has no rows to pick is converted where it goes
      const into = piece.rows ? undefined : elements.subarray(at, at + piece.values.length);
      const values = withoutNulls(piece, dtype, nulls, what, into) as Float64Array;
      for (const [begin, end] of piece.rows ? runsOf(piece.rows) : [[0, values.length]]) {
        if (values !== into) {
          elements.set(begin === 0 && end === values.length ? values : values.subarray(begin, end), at);
        }
        at += end - begin;
      }
      before += piece.items;
    }
    return target;
  } catch (error) {
    target.dispose();
    throw error;
  }
}

function withoutNulls(
  { values, nulls }: Piece,
  dtype: Dtype,
  how: Nulls,
  what: string,
  into?: TypedArray,
): TypedArray {
  if (!nulls.any) return converted(values, dtype, what, into);
  const fill = fillFor(how as Exclude<Nulls, "error">, dtype, what);
  if (dtypeOf(values) === dtype) {
    const filled = into ?? (values.slice() as TypedArray);
    if (into) into.set(values as never);
    return replaced(filled, nulls, fill);
  }
  // what lies under a null is no value, and need not convert
  const cleared = values.slice() as TypedArray;
  replaced(cleared, nulls, zeroOf(cleared));
  return replaced(converted(cleared, dtype, what, into), nulls, fill);
}

function replaced(values: TypedArray, nulls: Nullness, by: number | bigint): TypedArray {
  const elements = values as Float64Array;
  nulls.each((_, begin, end) => {
    for (let at = begin; at < end; at++) elements[at] = by as number;
  });
  return values;
}

const zeroOf = (values: ArrayBufferView) => (typedArrayName(values)!.startsWith("Big") ? 0n : 0);

/** Lengths and shapes of the rows of all pieces. */
function joined(pieces: readonly Piece[], layout: Numeric, length: number) {
  const dimensions =
    layout.kind === "images"
      ? layout.dimensions
      : layout.kind === "ragged"
        ? layout.entryShape.length + 1
        : 1;
  const lengths = new Uint32Array(length);
  // images of one dimension need no sizes, as their length says it
  const sizes = dimensions > 1 ? new Uint32Array(length * dimensions) : undefined;
  let at = 0;
  for (const { rows, items } of pieces) {
    lengths.set(rows!.lengths, at);
    sizes?.set(rows!.sizes!, at * dimensions);
    at += items;
  }
  return { lengths, sizes, dimensions };
}

/** Ranges of elements that rows make which follow one another. */
function* runsOf({ starts, lengths }: Rows): Generator<[number, number]> {
  for (let i = 0; i < starts.length; ) {
    const begin = starts[i];
    let end = begin + lengths[i++];
    if (end === begin) continue;
    while (i < starts.length && (lengths[i] === 0 || starts[i] === end)) end += lengths[i++];
    yield [begin, end];
  }
}
