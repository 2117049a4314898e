import { deflateSync, Inflate } from "fflate";

/**
 * Windows of beats in few bytes, for storage.
 *
 * Values become 16-bit steps; each window is stored as its difference from the window before, since the beats of one
 * heart are alike; low and high bytes go apart, since the high ones are nearly all the same; then DEFLATE (RFC 1951).
 *
 *     byte 0   "NGW2"   4   width of a window    8   windows    12   step (f32)    16   Adler-32    20   deflated bytes
 *
 * DEFLATE itself does not notice a bit that changed, hence the checksum (RFC 1950), of all bytes but its own.
 */
const magic = 0x3257474e;
const sumAt = 16;
const headerBytes = 20;

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
  view.setUint32(sumAt, adler32(packed), true);
  return packed;
}

/** The windows of `pack`, each value within half a step of what it was. @throws when the bytes are not such a pack */
export function unpack(packed: Uint8Array): { windows: Float32Array; width: number } {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (packed.length < headerBytes || view.getUint32(0, true) !== magic) {
    throw new Error(`Expected ${packed.length} bytes that begin with "NGW2": these are not packed windows.`);
  }
  if (view.getUint32(sumAt, true) !== adler32(packed)) {
    throw new Error(
      "Expected packed windows with the checksum that they state, got another: the pack is damaged.",
    );
  }
  const width = view.getUint32(4, true);
  const length = width * view.getUint32(8, true);
  const step = view.getFloat32(12, true);
  const planes = inflate(packed.subarray(headerBytes), 2 * length);
  const windows = new Float32Array(length);
  // without windows the width may be anything
  const previous = new Int16Array(Math.min(width, length));
  for (let i = 0; i < length; i++) {
    previous[i % width] += planes[i] | (planes[length + i] << 8);
    windows[i] = previous[i % width] * step;
  }
  return { windows, width };
}

// a few bytes inflate to a thousand times as many, so they are given little by little
const atOnce = 512;

function inflate(body: Uint8Array, length: number): Uint8Array {
  const chunks: Uint8Array[] = [];
  let got = 0;
  const inflating = new Inflate((chunk) => {
    chunks.push(chunk);
    got += chunk.length;
  });
  try {
    for (let at = 0; at < body.length && got <= length; at += atOnce) {
      inflating.push(body.subarray(at, at + atOnce), at + atOnce >= body.length);
    }
  } catch (cause) {
    throw new Error("Expected deflated bytes, got others: the pack is damaged.", { cause });
  }
  if (got !== length) {
    throw new Error(
      `Expected ${length} bytes of packed values, got ${got > length ? "more" : got}: the pack is damaged.`,
    );
  }
  const planes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    planes.set(chunk, at);
    at += chunk.length;
  }
  return planes;
}

function adler32(packed: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < packed.length; i++) {
    if (i >= sumAt && i < headerBytes) continue;
    a = (a + packed[i]) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
