import type { Column as ArrowColumn, Batch, DataType, Field, Table } from "@uwdata/flechette";
import { isTypedArray, type TypedArray, typedArrays } from "../abi/dtype.js";
import { suggestion } from "../base/near-miss.js";
import { shownValue } from "../base/option-names.js";
import type { Column, Component } from "../columns/column.js";
import type { DenseColumn } from "../columns/dense.js";
import { areRows, checkClass, columnFrom, isColumn } from "../columns/from-values.js";
import { RaggedColumn } from "../columns/ragged.js";
import { revive } from "../columns/transfer.js";
import { arrayColumn } from "./array-column.js";
import { batch, cut } from "./batches.js";
import type { Flechette } from "./flechette.js";
import { int64From } from "./int64.js";
import type { ArrowType, ToArrowOptions } from "./options.js";
import {
  arrowTypeOf,
  extensionData,
  extensionKey,
  fixedTensor,
  type Role,
  roleKey,
  Type,
  typeName,
  variableTensor,
} from "./types.js";

// buffers from 2 GiB on are too long for flechette, and so are lists of so many elements for Arrow
const mostBytes = 2 ** 30;

interface Written {
  readonly field: Field;
  readonly column: ArrowColumn<any>;
}

/** Components as an Arrow table over the same memory: only ordinary arrays, ids among them, are converted. */
export function tableOf(
  components: Readonly<Record<string, Component | TypedArray>>,
  ids: readonly unknown[] | undefined,
  options: ToArrowOptions,
  f: Flechette,
): Table<any> {
  // a type that is given is for the values of an array, whatever its class
  const entries = Object.entries(components).map(
    ([name, component]) =>
      [name, options.types?.[name] ? component : columnOf(component, `The component "${name}"`)] as const,
  );
  const length = ids?.length ?? entries[0]?.[1].length ?? 0;
  const batchRows = checkRows(options.batchRows) ?? rowsThatFit(entries, length);
  const written: Written[] = [];
  for (const name of Object.keys(options.types ?? {})) {
    if (Object.hasOwn(components, name)) continue;
    const there = Object.keys(components);
    throw new TypeError(
      `types names "${name}", which is not a component${suggestion(name, there)} There are: ${there.join(", ")}.`,
    );
  }
  if (ids && options.ids !== false) {
    const name = options.ids ?? "id";
    if (Object.hasOwn(components, name)) {
      throw new TypeError(
        `The ids would be written as "${name}", which is a component's name, too: name their column with the option ids.`,
      );
    }
    written.push(writtenIds(name, ids, batchRows, f));
  }
  for (const [name, component] of entries) {
    const what = `component "${name}"`;
    if (component.length !== length) {
      throw new RangeError(`The ${what} has ${component.length} items, expected ${length}.`);
    }
    written.push(
      isColumn(component)
        ? writtenColumn(name, component, options.types?.[name], batchRows, f)
        : writtenArray(name, component, options.types?.[name] as DataType | undefined, batchRows, f),
    );
  }
  const schema = {
    version: 4 as const,
    endianness: 0 as const,
    fields: written.map(({ field }) => field),
    metadata: null,
  };
  return new f.Table(
    schema,
    written.map(({ column }) => column),
  );
}

/** What a batch would have of typed arrays: a column, so that they keep their type. One array is not copied. */
function columnOf(component: Component | TypedArray, what: string): Component {
  if (isTypedArray(component)) {
    const dtype = checkClass(component, what);
    const { length, buffer, byteOffset: address } = component;
    return revive({ column: "dense", dtype, shape: [length], buffer, address });
  }
  return !isColumn(component) && areRows(component) ? columnFrom(component, what) : component;
}

function writtenIds(name: string, ids: readonly unknown[], batchRows: number, f: Flechette): Written {
  const role = metadata({ [roleKey]: "ids" satisfies Role });
  if (areSafeIntegers(ids)) {
    const type = f.int64();
    const values = int64From(ids);
    const column = cut(
      type,
      ids.length,
      batchRows,
      (begin, end) => batch(type, end - begin, { values: values.subarray(begin, end) }, f),
      f,
    );
    return { field: f.field(name, type, false, role), column };
  }
  const column = arrayColumn(ids, undefined, batchRows, "The ids", f);
  return { field: f.field(name, column.type, false, role), column };
}

function areSafeIntegers(ids: readonly unknown[]): ids is readonly number[] {
  for (let i = 0; i < ids.length; i++) if (!Number.isSafeInteger(ids[i])) return false;
  return true;
}

function writtenArray(
  name: string,
  values: readonly unknown[] | TypedArray,
  type: DataType | undefined,
  batchRows: number,
  f: Flechette,
): Written {
  const column = arrayColumn(values, type, batchRows, `The component "${name}"`, f);
  return { field: f.field(name, column.type, true, metadata({ [roleKey]: "array" satisfies Role })), column };
}

function writtenColumn(
  name: string,
  column: Column,
  as: ArrowType | undefined,
  batchRows: number,
  f: Flechette,
): Written {
  const leaf = arrowTypeOf(column.dtype, f);
  const dense = column as DenseColumn;
  const parts =
    column instanceof RaggedColumn
      ? raggedParts(column, leaf, f)
      : isRagged(as) && dense.shape.length > 1
        ? raggedParts(rowsOfDense(dense), leaf, f)
        : denseParts(dense, leaf, f);
  const { type, make, extension } = parts;
  // lists were told from their rows above
  if (as && !isRagged(as) && typeName(as as DataType) !== typeName(type)) {
    throw new TypeError(
      `The component "${name}" is a column, and is written as ${typeName(type)}, not as ${typeName(as as DataType)}: types ` +
        "are for ordinary arrays. Make it a column of another dtype.",
    );
  }
  return {
    field: f.field(name, type, false, extension ? metadata(extension) : null),
    column: cut(type, column.length, batchRows, make, f),
  };
}

interface Parts {
  readonly type: DataType;
  readonly make: (begin: number, end: number) => Batch<any>;
  readonly extension?: Record<string, string>;
}

function denseParts(column: DenseColumn, leaf: DataType, f: Flechette): Parts {
  const { values, itemLength, shape } = column;
  const items = (begin: number, end: number) =>
    batch(
      leaf,
      (end - begin) * itemLength,
      { values: values.subarray(begin * itemLength, end * itemLength) },
      f,
    );
  if (shape.length === 1) return { type: leaf, make: items };
  const type = f.fixedSizeList(f.field("item", leaf), itemLength);
  return {
    type,
    make: (begin, end) => batch(type, end - begin, { children: [items(begin, end)] }, f),
    // readers that do not know the extension have a flat list an item
    extension:
      shape.length > 2
        ? { [extensionKey]: fixedTensor, [extensionData]: JSON.stringify({ shape: shape.slice(1) }) }
        : undefined,
  };
}

const isRagged = (type?: ArrowType) => type?.typeId === Type.List || type?.typeId === Type.Struct;

type RaggedRows = Pick<RaggedColumn, "values" | "offsets" | "sizes" | "dimensions">;

function less(offsets: Uint32Array, first: number): Int32Array {
  const made = new Int32Array(offsets.length);
  for (let i = 0; i < made.length; i++) made[i] = offsets[i] - first;
  return made;
}

function rowsOfDense({ values, length, itemLength, shape }: DenseColumn): RaggedRows {
  const offsets = new Uint32Array(length + 1);
  for (let i = 0; i <= length; i++) offsets[i] = i * itemLength;
  const dimensions = shape.length - 1;
  const sizes = dimensions > 1 ? new Uint32Array(length * dimensions) : undefined;
  if (sizes) for (let i = 0; i < sizes.length; i++) sizes[i] = shape[1 + (i % dimensions)];
  return { values, offsets, sizes, dimensions };
}

function raggedParts(
  { values, offsets, sizes, dimensions }: RaggedRows,
  leaf: DataType,
  f: Flechette,
): Parts {
  const list = f.list(f.field("item", leaf));
  const rows = (begin: number, end: number) => {
    const [first, last] = [offsets[begin], offsets[end]];
    // in the first record batch the offsets are the column's own
    const from =
      first === 0 ? signed(offsets.subarray(begin, end + 1)) : less(offsets.subarray(begin, end + 1), first);
    const child = batch(leaf, last - first, { values: values.subarray(first, last) }, f);
    return batch(list, end - begin, { offsets: from, children: [child] }, f);
  };
  if (!sizes) return { type: list, make: rows };
  const size = f.int32();
  const shape = f.fixedSizeList(f.field("item", size), dimensions);
  const type = f.struct([f.field("data", list), f.field("shape", shape)]);
  return {
    type,
    make: (begin, end) => {
      const own = sizes.subarray(begin * dimensions, end * dimensions);
      const shapes = batch(size, own.length, { values: signed(own) }, f);
      const children = [rows(begin, end), batch(shape, end - begin, { children: [shapes] }, f)];
      return batch(type, end - begin, { children }, f);
    },
    extension: { [extensionKey]: variableTensor, [extensionData]: "{}" },
  };
}

const signed = ({ buffer, byteOffset, length }: Uint32Array) => new Int32Array(buffer, byteOffset, length);

const metadata = (entries: Record<string, string>) => new Map(Object.entries(entries));

function checkRows(batchRows: number | undefined): number | undefined {
  if (batchRows === undefined || (Number.isSafeInteger(batchRows) && batchRows > 0)) return batchRows;
  throw new RangeError(`batchRows takes a whole number from 1, got ${shownValue(batchRows)}.`);
}

function rowsThatFit(
  entries: readonly (readonly [string, Component | TypedArray])[],
  length: number,
): number {
  let rows = Math.max(1, length);
  for (const [, component] of entries) {
    if (!isColumn(component)) continue;
    const bytes = typedArrays[component.dtype].BYTES_PER_ELEMENT;
    const { offsets } = component;
    const most = (begin: number) =>
      bytes *
      (offsets
        ? offsets[Math.min(length, begin + rows)] - offsets[begin]
        : Math.min(rows, length - begin) * (component as DenseColumn).itemLength);
    const tooMany = () => {
      for (let begin = 0; begin < length; begin += rows) if (most(begin) > mostBytes) return true;
      return false;
    };
    while (rows > 1 && tooMany()) rows = Math.ceil(rows / 2);
  }
  return rows;
}
