import { $toInt32 } from "nogil/numbers";

// The runtime forgets a seed when its item is done.
// @ts-ignore: decorator
@lazy export let random_seeded = false;

// When the smallest modules are asked for, rounded down what is negative, where ToInt32 rounds towards 0.
function dtoi32(x: f64): i32 {
  return $toInt32(x);
}

export namespace NativeMath {
  // One way each, whatever size of module is asked for: the small pow took 1.0000001 for an odd number.
  export function exp(x: f64): f64 {
    return exp_lut(x);
  }

  export function log(x: f64): f64 {
    return log_lut(x);
  }

  export function log2(x: f64): f64 {
    return log2_lut(x);
  }

  export function pow(x: f64, y: f64): f64 {
    if (builtin_abs<f64>(y) <= 2) {
      if (y == 2) return x * x;
      if (y == 1) return x;
      if (y == -1) return 1 / x;
      if (y == 0.5) return x == -Infinity ? Infinity : builtin_sqrt<f64>(x) + 0; // 0 for -0
    }
    return pow_lut(x, y);
  }

  // Other steps than V8's, and another last bit for a third of all numbers.
  export function hypot(x: f64, y: f64): f64 {
    x = builtin_abs<f64>(x);
    y = builtin_abs<f64>(y);
    if (x == Infinity || y == Infinity) return Infinity;
    const largest = builtin_max<f64>(x, y);
    if (!(largest > 0)) return largest; // 0 or NaN
    x /= largest;
    y /= largest;
    const first = x * x;
    const second = y * y;
    return builtin_sqrt<f64>(first + second) * largest;
  }

  // Was 0 for the largest numbers.
  export function sincos(x: f64): void {
    sincos_sin = sin(x);
    sincos_cos = cos(x);
  }
}

// sin, cos and tan of large numbers were wrong, sign and all, and most functions now and then by the last bit. Now each is
// that of Math, rounded, as it is when JavaScript stores it as an f32.
export namespace NativeMathf {
  export function acos(x: f32): f32 {
    return <f32>NativeMath.acos(x);
  }

  export function acosh(x: f32): f32 {
    return <f32>NativeMath.acosh(x);
  }

  export function asin(x: f32): f32 {
    return <f32>NativeMath.asin(x);
  }

  export function asinh(x: f32): f32 {
    return <f32>NativeMath.asinh(x);
  }

  export function atan(x: f32): f32 {
    return <f32>NativeMath.atan(x);
  }

  export function atanh(x: f32): f32 {
    return <f32>NativeMath.atanh(x);
  }

  export function cbrt(x: f32): f32 {
    return <f32>NativeMath.cbrt(x);
  }

  export function cos(x: f32): f32 {
    return <f32>NativeMath.cos(x);
  }

  export function cosh(x: f32): f32 {
    return <f32>NativeMath.cosh(x);
  }

  export function exp(x: f32): f32 {
    return <f32>NativeMath.exp(x);
  }

  export function expm1(x: f32): f32 {
    return <f32>NativeMath.expm1(x);
  }

  export function log(x: f32): f32 {
    return <f32>NativeMath.log(x);
  }

  export function log10(x: f32): f32 {
    return <f32>NativeMath.log10(x);
  }

  export function log1p(x: f32): f32 {
    return <f32>NativeMath.log1p(x);
  }

  export function log2(x: f32): f32 {
    return <f32>NativeMath.log2(x);
  }

  export function sin(x: f32): f32 {
    return <f32>NativeMath.sin(x);
  }

  export function sinh(x: f32): f32 {
    return <f32>NativeMath.sinh(x);
  }

  export function tan(x: f32): f32 {
    return <f32>NativeMath.tan(x);
  }

  export function tanh(x: f32): f32 {
    return <f32>NativeMath.tanh(x);
  }

  export function atan2(y: f32, x: f32): f32 {
    return <f32>NativeMath.atan2(y, x);
  }

  export function hypot(x: f32, y: f32): f32 {
    return <f32>NativeMath.hypot(x, y);
  }

  export function pow(x: f32, y: f32): f32 {
    return <f32>NativeMath.pow(x, y);
  }

  export function sincos(x: f32): void {
    sincos_sin = sin(x);
    sincos_cos = cos(x);
  }
}
