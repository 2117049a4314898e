import { deflateSync, inflateSync } from "fflate";

/**
 * Windows of beats in few bytes, for storage.
 *
 * Values become 16-bit steps; each window is stored as its difference from the window before, since the beats of one
 * heart are alike; low and high bytes go apart, since the high ones are nearly all the same; then DEFLATE (RFC 1951).
 *
 *     byte 0   "NGW1"   4   width of a window    8   windows    12   step (f32)    16   deflated bytes
 */
const magic = 0x3157474e;
const headerBytes = 16;

/** One step of a packed value. Standardised signals lie within ±30, so 16 bits reach far enough. */
export const defaultStep = 1 / 1024;

/**
 * Packs windows that lie one after another. Values are rounded to the nearest step and kept within ±32767 steps.
 * @throws RangeError when the values are not a whole number of windows
 */
export function pack(
  windows: Float32Array,
  { width, step = defaultStep }: { width: number; step?: number },
): Uint8Array {
  if (!(Number.isInteger(width) && width > 0) || windows.length % width !== 0) {
    throw new RangeError(`Expected windows of ${width} values, got ${windows.length} values.`);
  }
  const planes = new Uint8Array(2 * windows.length);
  const previous = new Int16Array(width);
  for (let i = 0; i < windows.length; i++) {
    const value = Math.max(-32767, Math.min(32767, Math.round(windows[i] / step)));
    // modulo 65536, undone by the same arithmetic
    const difference = (value - previous[i % width]) & 0xffff;
    previous[i % width] = value;
    planes[i] = difference & 0xff;
    planes[windows.length + i] = difference >>> 8;
  }
  const body = deflateSync(planes);
  const packed = new Uint8Array(headerBytes + body.length);
  const view = new DataView(packed.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, width, true);
  view.setUint32(8, windows.length / width, true);
  view.setFloat32(12, step, true);
  packed.set(body, headerBytes);
  return packed;
}

/** The windows of `pack`, each value within half a step of what it was. @throws when the bytes are not such a pack */
export function unpack(packed: Uint8Array): { windows: Float32Array; width: number } {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < headerBytes || view.getUint32(0, true) !== magic) {
    throw new Error(`Expected ${packed.length} bytes that begin with "NGW1": these are not packed windows.`);
  }
  const width = view.getUint32(4, true);
  const length = width * view.getUint32(8, true);
  const step = view.getFloat32(12, true);
  const planes = inflateSync(packed.subarray(headerBytes));
  if (planes.length !== 2 * length) {
    throw new Error(
      `Expected ${2 * length} bytes of packed values, got ${planes.length}: the pack is damaged.`,
    );
  }
  const windows = new Float32Array(length);
  const previous = new Int16Array(width);
  for (let i = 0; i < length; i++) {
    previous[i % width] += planes[i] | (planes[length + i] << 8);
    windows[i] = previous[i % width] * step;
  }
  return { windows, width };
}
