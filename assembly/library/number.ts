// The radix was left out of account.
function $toString(value: f64, radix: i32): String {
  if (radix < 2 || radix > 36) throw new RangeError("toString() radix argument must be between 2 and 36");
  if (radix == 10 || !isFinite(value)) return dtoa(value);
  if (!F64.isSafeInteger(value)) {
    throw new RangeError("toString() with a radix takes whole numbers below 2 ** 53 in kernels");
  }
  return itoa64(<i64>value, radix);
}

export abstract class F32 {
  toString(this: f32, radix: i32 = 10): String {
    return $toString(this, radix);
  }
}

export abstract class F64 {
  toString(this: f64, radix: i32 = 10): String {
    return $toString(this, radix);
  }
}
