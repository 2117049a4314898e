import { Deserializer, Serializer } from "node:v8";
import { isTypedArray } from "../../abi/dtype.js";
import {
  isArrayBuffer,
  isMap,
  isOpaque,
  isSet,
  isSharedArrayBuffer,
  typedArrayName,
} from "../../base/realms.js";
import type { Column } from "../../columns/column.js";
import { isColumn } from "../../columns/from-values.js";
import { type ColumnDescriptor, describe, detach, revive } from "../../columns/index.js";
import { intoThisRealm } from "../../columns/into-this-realm.js";
import { findUncloneable } from "./uncloneable.js";
import { ViewReader, ViewWriter } from "./view-bytes.js";

/**
 * How a value travels: `share` to a thread of this process, which sees the same columns and shared memory; `copy` to
 * anywhere.
 */
export type Passing = "share" | "copy";

/** A value on its way: its bytes, and what of it is shared. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly shared: readonly (SharedArrayBuffer | ColumnDescriptor)[];
}

const Tag = { View: 0, SharedView: 1, SharedColumn: 2, CopiedColumn: 3, ViewOfBuffer: 4 } as const;
type Tag = (typeof Tag)[keyof typeof Tag];

const viewClasses = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
  Buffer,
] as const;

const viewIndex = new Map<unknown, number>(viewClasses.map((view, index) => [view, index]));

// stands for a column in what is serialised; only views reach `_writeHostObject`
class ColumnPlace extends Uint8Array {
  constructor(readonly column: Column) {
    super(0);
  }
}

class Packer extends Serializer {
  readonly shared: (SharedArrayBuffer | ColumnDescriptor)[] = [];
  readonly #views = new ViewWriter();

  /** @param buffers those that travel as values themselves */
  constructor(
    private readonly passing: Passing,
    private readonly buffers: ReadonlySet<object>,
  ) {
    super();
    // @ts-expect-error missing in the types, documented in Node as the way to write views oneself
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }

  _writeHostObject(view: ArrayBufferView): void {
    if (view instanceof ColumnPlace) this.#writeColumn(view.column);
    else if (this.passing === "share" && isSharedArrayBuffer(view.buffer)) this.#shareView(view);
    else if (this.buffers.has(view.buffer)) this.#writeViewOfBuffer(view);
    else this.#copyView(view);
  }

  #writeColumn(column: Column): void {
    if (this.passing === "share") {
      this.writeUint32(Tag.SharedColumn);
      this.writeUint32(this.shared.push(describe(column)) - 1);
    } else {
      const { buffer, ...rest } = detach(column);
      this.writeUint32(Tag.CopiedColumn);
      this.writeValue({ ...rest, bytes: new Uint8Array(buffer) });
    }
  }

  #shareView(view: ArrayBufferView): void {
    const buffer = view.buffer as SharedArrayBuffer;
    const known = this.shared.indexOf(buffer);
    this.writeUint32(Tag.SharedView);
    this.writeUint32(classOf(view));
    this.writeUint32(known >= 0 ? known : this.shared.push(buffer) - 1);
    this.writeUint64(0, view.byteOffset);
    this.writeUint64(0, view.byteLength);
  }

  #writeViewOfBuffer(view: ArrayBufferView): void {
    this.writeUint32(Tag.ViewOfBuffer);
    this.writeUint32(classOf(view));
    this.writeUint32(view.byteOffset);
    this.writeUint32(view.byteLength);
    // written once, and named from then on
    this.writeValue(view.buffer);
  }

  #copyView(view: ArrayBufferView): void {
    this.writeUint32(Tag.View);
    this.writeUint32(classOf(view));
    this.writeUint32(view.byteLength);
    this.#views.add(view);
  }

  finish(): Uint8Array {
    this.#views.writeTo(this);
    return this.releaseBuffer();
  }

  // called as a function
  _getDataCloneError = (message: string) => new Error(message);

  _getSharedArrayBufferId(): number {
    throw new Error("#<SharedArrayBuffer> could not be cloned.");
  }
}

function classOf(view: ArrayBufferView): number {
  const index = viewIndex.get(view.constructor);
  if (index !== undefined) return index;
  // a subclass, or a class of another realm
  const name = typedArrayName(view) ?? "DataView";
  const base = viewClasses.findIndex((each) => each.name === name);
  if (base < 0) throw new Error(`A ${name} could not be cloned.`);
  return base;
}

class Unpacker extends Deserializer {
  #views: ViewReader | undefined;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly shared: Packed["shared"],
  ) {
    super(bytes);
  }

  _readHostObject(): object {
    const tag = this.readUint32() as Tag;
    switch (tag) {
      case Tag.View: {
        const viewClass = viewClasses[this.readUint32()];
        const length = this.readUint32();
        this.#views ??= new ViewReader(this.bytes);
        const { buffer, offset } = this.#views.take(length);
        return makeView(viewClass, buffer, offset, length);
      }
      case Tag.SharedView: {
        const viewClass = viewClasses[this.readUint32()];
        const buffer = this.shared[this.readUint32()] as SharedArrayBuffer;
        return makeView(viewClass, buffer, this.readUint64()[1], this.readUint64()[1]);
      }
      case Tag.SharedColumn:
        return revive(this.shared[this.readUint32()] as ColumnDescriptor);
      case Tag.ViewOfBuffer: {
        const viewClass = viewClasses[this.readUint32()];
        const [offset, length] = [this.readUint32(), this.readUint32()];
        return makeView(viewClass, this.readValue(), offset, length);
      }
      case Tag.CopiedColumn: {
        const { bytes, ...rest } = this.readValue();
        return revive({ ...rest, buffer: bytes.buffer });
      }
    }
  }
}

function makeView(
  viewClass: (typeof viewClasses)[number],
  buffer: ArrayBufferLike,
  offset: number,
  length: number,
): object {
  if (viewClass === Buffer) return Buffer.from(buffer, offset, length);
  if (viewClass === DataView) return new DataView(buffer, offset, length);
  const { BYTES_PER_ELEMENT: size } = viewClass as Uint8ArrayConstructor;
  return new (viewClass as Uint8ArrayConstructor)(buffer as ArrayBuffer, offset, length / size);
}

/**
 * Packs a value. Class instances become plain objects, as in structured clone; columns arrive as columns.
 * @param name how an error names the value
 * @throws TypeError naming the path of what cannot travel
 */
export function pack(value: unknown, passing: Passing, name: string): Packed {
  const buffers = new Set<object>();
  try {
    return packPlaced(replaceColumns(value, buffers), passing, buffers);
  } catch (error) {
    const culprit = findUncloneable(value, name, (part) => canPack(part, passing));
    throw new TypeError(culprit ?? `${name} cannot be sent to a worker: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function canPack(value: unknown, passing: Passing): boolean {
  try {
    packPlaced(value, passing, new Set());
    return true;
  } catch {
    return false;
  }
}

function packPlaced(value: unknown, passing: Passing, buffers: ReadonlySet<object>): Packed {
  const packer = new Packer(passing, buffers);
  packer.writeHeader();
  packer.writeValue(value);
  return { bytes: packer.finish(), shared: packer.shared };
}

export function unpack({ bytes, shared }: Packed): any {
  const unpacker = new Unpacker(bytes, shared);
  unpacker.readHeader();
  return intoThisRealm(unpacker.readValue());
}

/**
 * The value with a place holder for each column; what holds none is not copied.
 * @param buffers those in the value are added to it
 */
function replaceColumns(value: unknown, buffers: Set<object>, seen = new Map<object, unknown>()): unknown {
  if (typeof value !== "object" || value === null || isTypedArray(value)) return value;
  if (isColumn(value)) return new ColumnPlace(value);
  if (!holdsColumn(value, buffers, new Set())) return value;
  const known = seen.get(value);
  if (known) return known;
  const replaced = (element: unknown) => replaceColumns(element, buffers, seen);
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const element of value) copy.push(replaced(element));
    return copy;
  }
  if (isMap(value)) {
    const copy = new Map();
    seen.set(value, copy);
    for (const [key, element] of value) copy.set(replaced(key), replaced(element));
    return copy;
  }
  if (isSet(value)) {
    const copy = new Set();
    seen.set(value, copy);
    for (const element of value) copy.add(replaced(element));
    return copy;
  }
  const copy: Record<string, unknown> = {};
  seen.set(value, copy);
  for (const [key, element] of Object.entries(value)) copy[key] = replaced(element);
  return copy;
}

function holdsColumn(value: unknown, buffers: Set<object>, seen: Set<object>): boolean {
  if (typeof value !== "object" || value === null || isTypedArray(value)) return false;
  if (isColumn(value)) return true;
  if (isOpaque(value)) {
    if (isArrayBuffer(value)) buffers.add(value);
    return false;
  }
  if (seen.has(value)) return false;
  seen.add(value);
  const holds = (element: unknown): boolean =>
    typeof element === "object" && element !== null && holdsColumn(element, buffers, seen);
  if (Array.isArray(value)) return value.some(holds);
  if (isSet(value)) return [...value].some(holds);
  if (isMap(value)) return [...value].some(holds);
  return Object.values(value).some(holds);
}
