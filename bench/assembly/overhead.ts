/** The least that a kernel can do. */
export function double(n: f64): f64 {
  return n * 2;
}
