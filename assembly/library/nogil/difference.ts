/** The sign of a - b as JavaScript's numbers have it: without wrapping, and 0 where NaN is among them. */
export function $difference<L, R>(a: L, b: R): i32 {
  if (isReference<L>() || isReference<R>()) {
    // @ts-ignore: what classes make of the operator, or the compiler's error
    return a - b;
  }
  if (isFloat<L>() || isFloat<R>()) return i32(<f64>a > <f64>b) - i32(<f64>a < <f64>b);
  if (sizeof<L>() < 8 && sizeof<R>() < 8) return i32(<i64>a > <i64>b) - i32(<i64>a < <i64>b);
  const negative = isSigned<L>() && <i64>a < 0;
  if (negative != (isSigned<R>() && <i64>b < 0)) return negative ? -1 : 1;
  return i32(<u64>a > <u64>b) - i32(<u64>a < <u64>b);
}
