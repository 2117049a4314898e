/** A number as JavaScript stores it into an Int32Array, and from there into smaller integers: modulo 2³², NaN as 0. */
export function $toInt32(x: f64): i32 {
  if (abs(x) < 2147483648) return <i32>x;
  if (!(abs(x) < Infinity)) return 0;
  const whole = trunc(x);
  // exact: to divide by a power of two changes the exponent only
  return <i32><u32>(whole - floor(whole / 4294967296) * 4294967296);
}

/** A number as JavaScript stores it into a Uint8ClampedArray: halves go to the even neighbour, NaN to 0. */
export function $toUint8Clamped(x: f64): u8 {
  // false for NaN
  return x > 0 ? <u8><u32>min(nearest(x), 255) : 0;
}
