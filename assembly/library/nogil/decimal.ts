// Between f64 and decimal digits, exactly: what is read is the nearest f64, the even one of two; what is written is the
// shortest that reads back, of those the nearest.
import { add, compare, copy, countBits, multiply, naturalBytes, scale, set, shift, subtract } from "nogil/natural";

// @ts-ignore: decorator
@lazy @inline const dividend = memory.data(naturalBytes);
// @ts-ignore: decorator
@lazy @inline const divisor = memory.data(naturalBytes);
// @ts-ignore: decorator
@lazy @inline const gap = memory.data(naturalBytes);
// @ts-ignore: decorator
@lazy @inline const sum = memory.data(naturalBytes);

// with more digits than this, only whether any other than 0 follows can change a result
// @ts-ignore: decorator
@inline const enough = 800;

/** The number that `count` digits make, the last of which counts `10 ** exponent`; a point between them is passed over. */
export function read(text: usize, count: i32, exponent: i32): f64 {
  let digits: u64 = 0;
  if (count <= 19) {
    for (let at = text, left = count; left; at += 2) {
      const digit = <u32>load<u16>(at) - 0x30;
      if (digit > 9) continue;
      digits = digits * 10 + digit;
      left--;
    }
    // both exact, so that one operation rounds once
    if (digits <= 1 << 53 && abs(exponent) <= 22) {
      let power: f64 = 1;
      for (let left = abs(exponent); left; left--) power *= 10;
      return exponent < 0 ? <f64>digits / power : <f64>digits * power;
    }
  }
  if (count + exponent > 309) return Infinity;
  if (count + exponent < -324) return 0;
  set(dividend, 0);
  let left = min(count, enough);
  exponent += count - left;
  let rest = count - left;
  for (; left; text += 2) {
    const digit = <u32>load<u16>(text) - 0x30;
    if (digit > 9) continue;
    multiply(dividend, 10, digit);
    left--;
  }
  for (; rest; text += 2) {
    const digit = <u32>load<u16>(text) - 0x30;
    if (digit > 9) continue;
    if (digit) {
      multiply(dividend, 10, 1);
      exponent--;
      break;
    }
    rest--;
  }
  set(divisor, 1);
  scale(dividend, exponent);
  scale(divisor, -exponent);
  return divide();
}

/** The integer that `count` digits of a radix make. */
export function readInteger(text: usize, count: i32, radix: u32): f64 {
  set(dividend, 0);
  for (const stop = text + (<usize>count << 1); text < stop; text += 2) {
    const code = <u32>load<u16>(text);
    multiply(dividend, radix, code < 0x41 ? code - 0x30 : (code | 32) - 0x57);
    if (countBits(dividend) > 1024) return Infinity;
  }
  set(divisor, 1);
  return divide();
}

// dividend / divisor, rounded
function divide(): f64 {
  if (!countBits(dividend)) return 0;
  let exponent = countBits(dividend) - countBits(divisor);
  if (exponent > 0) shift(divisor, exponent);
  else shift(dividend, -exponent);
  if (compare(dividend, divisor) < 0) {
    shift(dividend, 1);
    exponent--;
  }
  // now 1 <= dividend / divisor < 2
  if (exponent > 1023) return Infinity;
  const bits = min(53, exponent + 1075); // fewer for subnormal numbers
  if (bits < 0) return 0;
  let significand: u64 = 0;
  for (let bit = 0; bit < bits; bit++) {
    significand <<= 1;
    if (compare(dividend, divisor) >= 0) {
      subtract(dividend, divisor);
      significand |= 1;
    }
    shift(dividend, 1);
  }
  const rest = compare(dividend, divisor);
  if (rest > 0 || (rest == 0 && significand & 1)) significand++;
  return reinterpret<f64>(significand + (<u64>max(exponent + 1022, 0) << 52));
}

/** Writes a finite number greater than 0 as JavaScript does; returns the count of characters, at most 24. */
export function write(buffer: usize, value: f64): i32 {
  const bits = reinterpret<u64>(value);
  const field = <i32>(bits >> 52);
  const fraction = bits & ((1 << 52) - 1);
  const exponent = max(field, 1) - 1075;
  const significand = field ? fraction | (1 << 52) : fraction;
  // half way to both neighbours is gap / divisor; the lower one of a power of 2 is only half as far
  const uneven = !fraction && field > 1;
  const even = !(significand & 1);
  set(dividend, significand);
  shift(dividend, max(exponent, 0) + 1 + i32(uneven));
  set(divisor, 1);
  shift(divisor, max(-exponent, 0) + 1 + i32(uneven));
  set(gap, 1);
  shift(gap, max(exponent, 0));
  // 10 ** (point - 1) <= value < 10 ** point, or one less
  let point = <i32>ceil(<f64>(exponent + 63 - <i32>clz(significand)) * 0.30102999566398114 - 1e-10);
  scale(divisor, point);
  scale(dividend, -point);
  scale(gap, -point);
  if (reaches(uneven, even)) {
    point++;
  } else {
    multiply(dividend, 10);
    multiply(gap, 10);
  }
  let count = 0;
  while (true) {
    let digit = 0;
    while (compare(dividend, divisor) >= 0) {
      subtract(dividend, divisor);
      digit++;
    }
    const rest = compare(dividend, gap);
    const low = rest < 0 || (rest == 0 && even);
    const high = reaches(uneven, even);
    if (high && low) {
      copy(sum, dividend);
      add(sum, dividend);
      const half = compare(sum, divisor);
      if (half > 0 || (half == 0 && digit & 1)) digit++;
    } else if (high) {
      digit++;
    }
    store<u16>(buffer + (<usize>count << 1), 0x30 + digit);
    count++;
    if (low || high) return layOut(buffer, count, point);
    multiply(dividend, 10);
    multiply(gap, 10);
  }
}

// whether what is left and half way to the upper neighbour make the next digit
function reaches(uneven: bool, even: bool): bool {
  copy(sum, dividend);
  add(sum, gap);
  if (uneven) add(sum, gap);
  const order = compare(sum, divisor);
  return order > 0 || (order == 0 && even);
}

// digits that stand behind "0." and count 10 ** point
function layOut(buffer: usize, count: i32, point: i32): i32 {
  if (point > 21 || point <= -6) return layOutExponent(buffer, count, point - 1);
  if (point >= count) {
    for (; count < point; count++) store<u16>(buffer + (<usize>count << 1), 0x30);
    return count;
  }
  const zeros = max(1 - point, 0);
  memory.copy(buffer + (<usize>zeros << 1), buffer, <usize>count << 1);
  for (let i = 0; i < zeros; i++) store<u16>(buffer + (<usize>i << 1), 0x30);
  insertPoint(buffer, count + zeros, max(point, 1));
  return count + zeros + 1;
}

function layOutExponent(buffer: usize, count: i32, exponent: i32): i32 {
  if (count > 1) insertPoint(buffer, count++, 1);
  let at = buffer + (<usize>count << 1);
  store<u16>(at, 0x65);
  store<u16>(at, exponent < 0 ? 0x2D : 0x2B, 2);
  exponent = abs(exponent);
  const digits = exponent >= 100 ? 3 : exponent >= 10 ? 2 : 1;
  for (let i = digits; i; i--) {
    store<u16>(at + (<usize>(1 + i) << 1), 0x30 + exponent % 10);
    exponent /= 10;
  }
  return count + 2 + digits;
}

function insertPoint(buffer: usize, count: i32, before: i32): void {
  const at = buffer + (<usize>before << 1);
  memory.copy(at + 2, at, <usize>(count - before) << 1);
  store<u16>(at, 0x2E);
}
