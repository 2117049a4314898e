import { roomFor } from "../base/arrays.js";
import type { Header } from "./header.js";
import type { Type } from "./types.js";

// so many take 8 MiB, whatever is in them
const mostEmpty = 1 << 20;
const chunk = 4096;

/** The strings of a file, `U` of four bytes a character or `S` of UTF-8. @throws TypeError for what is not text */
export function strings(
  data: Uint8Array,
  { shape, descr }: Header,
  { kind, bytes: width, swapped }: Type,
): string[] {
  if (shape.length > 1) {
    throw new TypeError(
      `The .npy file has strings (${descr}) of shape [${shape.join(", ")}]: expected one an item, [N].`,
    );
  }
  const count = shape[0] ?? 1;
  if (width === 0 && count > mostEmpty) {
    throw new RangeError(
      `The .npy file has ${count} strings without characters (${descr}), of which it holds no byte: ` +
        `expected ${mostEmpty} at most.`,
    );
  }
  const read = kind === "S" ? utf8(data, descr, width) : points(data, descr, width, swapped);
  const texts = roomFor<string>(count);
  for (let i = 0; i < count; i++) texts[i] = read(i);
  return texts;
}

function utf8(data: Uint8Array, descr: string, width: number): (i: number) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (i) => {
    let end = (i + 1) * width;
    while (end > i * width && data[end - 1] === 0) end--;
    try {
      // not every decoder takes shared memory
      return decoder.decode(data.slice(i * width, end));
    } catch {
      throw new TypeError(`The .npy file has bytes (${descr}) that are not text in UTF-8: item ${i}.`);
    }
  };
}

function points(data: Uint8Array, descr: string, width: number, swapped: boolean): (i: number) => string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const units: number[] = [];
  return (i) => {
    let end = (i + 1) * width;
    while (end > i * width && view.getUint32(end - 4, !swapped) === 0) end -= 4;
    let text = "";
    for (let at = i * width; at < end; ) {
      units.length = 0;
      for (; at < end && units.length < chunk; at += 4) {
        const point = view.getUint32(at, !swapped);
        if (point > 0x10ffff) {
          throw new TypeError(`The .npy file has a string (${descr}) with no character ${point}: item ${i}.`);
        }
        if (point < 0x10000) units.push(point);
        else units.push(0xd7c0 + (point >> 10), 0xdc00 + (point & 0x3ff));
      }
      text += String.fromCharCode(...units);
    }
    return text;
  };
}
