import fc from "fast-check";

/** A buffer, of which a part is an item's. */
interface Bytes {
  /** all of the buffer */
  readonly whole: Uint8Array;
  /** the part that is ours, at a multiple of 8 */
  readonly buffer: ArrayBufferLike;
  readonly begin: number;
  readonly end: number;
}

export const classes = [
  Float64Array,
  Uint8Array,
  Int32Array,
  Float32Array,
  BigInt64Array,
  Uint16Array,
] as const;
type View = { readonly at: number; readonly length: number };
type Rows = InstanceType<(typeof classes)[number]>[];

const kinds: Record<string, (bytes: number) => Bytes> = {
  "a buffer": (bytes) => partOf(new ArrayBuffer(bytes), 0, bytes),
  "a part of a buffer": (bytes) => partOf(new ArrayBuffer(bytes + 48), 24, bytes),
  "shared memory": (bytes) => partOf(new SharedArrayBuffer(bytes + 16), 8, bytes),
  "a resizable buffer": (bytes) => partOf(new ArrayBuffer(bytes, { maxByteLength: 2 * bytes + 1 }), 0, bytes),
};

function partOf(buffer: ArrayBufferLike, begin: number, bytes: number): Bytes {
  const whole = new Uint8Array(buffer as ArrayBuffer);
  for (let i = 0; i < whole.length; i++) whole[i] = i * 37;
  return { whole, buffer, begin, end: begin + bytes };
}

export const randomItem = fc.record({
  make: fc.tuple(fc.constantFrom(...Object.values(kinds)), fc.integer({ min: 0, max: 80 })).map(
    ([kind, bytes]) =>
      () =>
        kind(bytes),
  ),
  views: fc.tuple(...classes.map(() => fc.record({ at: fc.nat(8), length: fc.nat(8) }))),
});

export function rowsOf({ buffer, begin, end }: Bytes, views: readonly View[]): Rows {
  return classes.map((View, c) => {
    const elements = Math.floor((end - begin) / View.BYTES_PER_ELEMENT);
    const at = Math.min(views[c].at, elements);
    const length = Math.min(views[c].length, elements - at);
    return new View(buffer as ArrayBuffer, begin + at * View.BYTES_PER_ELEMENT, length);
  });
}

/** What the kernel `stir` does, in JavaScript. */
export function stirred([a, b, c, d, e, f]: Rows): Uint8Array {
  const rows = { a, b, c, d, e, f } as any;
  for (let i = 0; i < a.length; i++) rows.a[i] = i + 0.1;
  for (let i = 0; i < b.length; i++) rows.b[i] = rows.b[i] * 7 + i;
  for (let i = 0; i < c.length; i++) rows.c[i] = Math.imul(rows.c[i], 31) + i;
  for (let i = 0; i < d.length; i++) rows.d[i] = rows.d[i] > 1 ? 0.5 : i + 1.5;
  for (let i = 0; i < e.length; i++) rows.e[i] = rows.e[i] * 13n + BigInt(i);
  for (let i = 0; i < f.length; i++) rows.f[i] = rows.f[i] + i * 259;
  return Uint8Array.from(rows.b);
}
