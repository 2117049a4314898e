export type Target = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";
export const targets: Target[] = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64"];
export const sources = ["f32", "f64"] as const;
export type Source = (typeof sources)[number];
const sizeOf = (target: Target) => Number(target.slice(1));
export function endsOf(target: Target): [bigint, bigint] {
  const bits = BigInt(sizeOf(target));
  return target.startsWith("i") ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
}

const valueIn = (target: Target, whole: bigint) => (sizeOf(target) === 64 ? whole : Number(whole));

/** What a checked conversion returns; undefined where it is an error. */
export function converted(x: number, target: Target): number | bigint | undefined {
  if (!Number.isFinite(x)) return undefined;
  const whole = BigInt(Math.trunc(x));
  const [first, last] = endsOf(target);
  return whole < first || whole > last ? undefined : valueIn(target, whole);
}

/** What AssemblyScript returns by itself: the nearest end of 32 or 64 bits, wrapped. */
export function saturated(x: number, target: Target): number | bigint {
  const wide = sizeOf(target) === 64 ? target : (`${target[0]}32` as Target);
  const [first, last] = endsOf(wide);
  let whole = 0n;
  if (x === Infinity) whole = last;
  else if (x === -Infinity) whole = first;
  else if (!Number.isNaN(x)) whole = BigInt(Math.trunc(x));
  whole = whole < first ? first : whole > last ? last : whole;
  return valueIn(
    target,
    target.startsWith("i") ? BigInt.asIntN(sizeOf(target), whole) : BigInt.asUintN(sizeOf(target), whole),
  );
}

export const column = (source: Source, values: readonly number[]) =>
  source === "f32" ? Float32Array.from(values) : Float64Array.from(values);

/** The number's neighbours of that type, itself and what is near both. */
function around(x: number, source: Source): number[] {
  const float = source === "f32" ? new Float32Array([x]) : new Float64Array([x]);
  const bits = source === "f32" ? new Int32Array(float.buffer) : new BigInt64Array(float.buffer);
  const step = (by: 1 | -1) => {
    const copy = bits.slice();
    if (copy instanceof Int32Array) copy[0] += by;
    else copy[0] += BigInt(by);
    return (source === "f32" ? new Float32Array(copy.buffer) : new Float64Array(copy.buffer))[0];
  };
  return [x, x - 1, x - 0.5, x + 0.5, x + 1, float[0], ...(x === 0 ? [] : [step(1), step(-1)])];
}

export function edges(source: Source): Float32Array | Float64Array {
  const ends = targets.flatMap((target) => endsOf(target).map(Number));
  const special = [
    NaN,
    Infinity,
    -Infinity,
    -0,
    5e-324,
    -5e-324,
    1e-40,
    0.9,
    -0.9,
    1e10,
    -1e10,
    1e300,
    -1e300,
  ];
  const near = [...ends, ...ends.map((end) => -end), -1, 1].flatMap((end) => around(end, source));
  return column(source, [...special, 1 - 2 ** -53, -1 + 2 ** -53, ...near]);
}
