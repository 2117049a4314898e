/**
 * Puts a 1 where each row's category is.
 *
 * @param codes number of each row's category; -1 for none, whose row stays zeros
 * @param out zeros, `[rows × categories]`
 */
export function oneHot(codes: Int32Array, out: Float32Array): void {
  const rows = codes.length;
  const categories = rows == 0 ? 0 : out.length / rows;
  for (let i: i32 = 0; i < rows; i++) {
    const code = codes[i];
    if (code == -1) continue;
    if (code < 0 || code >= categories) throw new RangeError(`There is no category ${code} of ${categories}.`);
    out[i * categories + code] = 1;
  }
}
