/** As many as the first 18 bits of a number's sort key tell apart: its sign, its exponent and 6 bits of its fraction. */
const buckets: i32 = 1 << 18;

/**
 * The bucket of a number. Buckets stand in the order of their numbers: with the sign bit turned over where a number is
 * positive, and all bits where it is negative, the bits of floating-point numbers sort as the numbers do (Herf, "Radix
 * tricks", 2001). -0 comes before 0.
 */
// @ts-ignore: decorator
@inline
function bucketOf(value: f64): i32 {
  const bits = reinterpret<u64>(value);
  const key = bits ^ (u64(i64(bits) >> 63) | 0x8000000000000000);
  return i32(key >> 46);
}

/**
 * How many values lie in each bucket; NaN lies in none.
 *
 * @returns bucket and count, of each bucket that has values, in order
 */
export function countBuckets(x: Float64Array): Uint32Array {
  const counts = new Uint32Array(buckets);
  let used: i32 = 0;
  for (let i: i32 = 0; i < x.length; i++) {
    const value = x[i];
    if (isNaN(value)) continue;
    const bucket = bucketOf(value);
    if (counts[bucket] == 0) used++;
    counts[bucket]++;
  }
  const pairs = new Uint32Array(2 * used);
  let next: i32 = 0;
  for (let bucket: i32 = 0; bucket < buckets; bucket++) {
    if (counts[bucket] == 0) continue;
    pairs[next] = bucket;
    pairs[next + 1] = counts[bucket];
    next += 2;
  }
  return pairs;
}

/** The values that lie in one of the wanted buckets, of which there are few, in the order of `x`. */
export function takeBuckets(x: Float64Array, wanted: Int32Array): Float64Array {
  const taken = new Float64Array(x.length);
  let count: i32 = 0;
  for (let i: i32 = 0; i < x.length; i++) {
    const value = x[i];
    if (isNaN(value)) continue;
    const bucket = bucketOf(value);
    for (let w: i32 = 0; w < wanted.length; w++) {
      if (wanted[w] != bucket) continue;
      taken[count] = value;
      count++;
      break;
    }
  }
  return taken.slice(0, count);
}
