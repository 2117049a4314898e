import { emptyTable, type Table, width } from "./table.js";

/** A table as bytes, its buffers one after another as Arrow's record batches have them; without the metadata. */
export interface Encoded {
  readonly bytes: Uint8Array;
  /** where each buffer begins */
  readonly at: Readonly<Record<keyof Table | "idOffsets" | "labelOffsets", number>>;
  readonly items: number;
  readonly elements: number;
}

const encoder = new TextEncoder();
const padded = (bytes: number) => (bytes + 7) & ~7;
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The strings in UTF-8, one after another, and where each begins. */
export function encodeStrings(texts: readonly string[]): { data: Uint8Array; offsets: Int32Array } {
  let data = new Uint8Array(16 * texts.length + 64);
  const offsets = new Int32Array(texts.length + 1);
  let end = 0;
  for (let i = 0; i < texts.length; i++) {
    if (typeof texts[i] !== "string") throw new TypeError(`no string at ${i}`);
    if (data.length - end < 3 * texts[i].length) {
      const larger = new Uint8Array(2 * data.length + 3 * texts[i].length);
      larger.set(data);
      data = larger;
    }
    end += encoder.encodeInto(texts[i], data.subarray(end)).written;
    offsets[i + 1] = end;
  }
  return { data: data.subarray(0, end), offsets };
}

export function encodeTable(table: Table): Encoded {
  const [ids, label] = [encodeStrings(table.ids), encodeStrings(table.label)];
  const buffers = {
    ids: ids.data,
    idOffsets: ids.offsets,
    x: table.x,
    y: table.y,
    code: table.code,
    wide: table.wide,
    values: table.values,
    offsets: table.offsets,
    label: label.data,
    labelOffsets: label.offsets,
  };
  let size = 0;
  for (const { byteLength } of Object.values(buffers)) size += padded(byteLength);
  const bytes = new Uint8Array(size);
  const at: Record<string, number> = {};
  let end = 0;
  for (const [name, buffer] of Object.entries(buffers)) {
    at[name] = end;
    bytes.set(bytesOf(buffer), end);
    end += padded(buffer.byteLength);
  }
  return { bytes, at: at as Encoded["at"], items: table.ids.length, elements: table.values.length };
}

/** The strings, each checked to be UTF-8. */
export function decodeStrings(data: Uint8Array, offsets: Int32Array): string[] {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const made = new Array<string>(offsets.length - 1);
  for (let i = 0; i < made.length; i++) {
    if (!(offsets[i] >= 0 && offsets[i] <= offsets[i + 1] && offsets[i + 1] <= data.length))
      throw new RangeError(`value ${i} is not there`);
    made[i] = decoder.decode(data.subarray(offsets[i], offsets[i + 1]));
  }
  return made;
}

export function decodeTable({ bytes, at, items, elements }: Encoded): Table {
  const { buffer } = bytes;
  const made = emptyTable(items, elements);
  const strings = (data: number, offsets: number) =>
    decodeStrings(bytes.subarray(data), new Int32Array(buffer, offsets, items + 1));
  made.x.set(new Float64Array(buffer, at.x, items));
  made.y.set(new Float64Array(buffer, at.y, items));
  made.code.set(new Int32Array(buffer, at.code, items));
  made.wide.set(new Float32Array(buffer, at.wide, width * items));
  made.values.set(new Float64Array(buffer, at.values, elements));
  const offsets = new Uint32Array(buffer, at.offsets, items + 1);
  for (let i = 0; i < items; i++) {
    if (!(offsets[i + 1] >= offsets[i] && offsets[i + 1] <= elements))
      throw new RangeError(`row ${i} is not there`);
    made.offsets[i + 1] = offsets[i + 1];
  }
  return { ...made, ids: strings(at.ids, at.idOffsets), label: strings(at.label, at.labelOffsets) };
}
