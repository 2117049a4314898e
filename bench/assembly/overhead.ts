/** The least that a kernel can do. */
export function double(n: f64): f64 {
  return n * 2;
}

/** Allocates what it does not keep. */
export function allocating(n: f64): f64 {
  const t = new Float64Array(8);
  t[3] = n;
  return t[3] * 2;
}
