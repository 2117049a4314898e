import { $join } from "nogil/join";
import { read as $read, readInteger as $readInteger } from "nogil/decimal";

// Read on behind the end of a text of spaces, knew "0b" and "0o", took "0x" for 0, and rounded at every digit.
export function strtol<T>(str: string, radix: i32 = 0): T {
  let at = changetype<usize>(str);
  const end = at + (<usize>str.length << 1);
  while (at < end && isSpace(load<u16>(at))) at += 2;
  const minus = at < end && load<u16>(at) == CharCode.MINUS;
  if (minus || (at < end && load<u16>(at) == CharCode.PLUS)) at += 2;
  if ((!radix || radix == 16) && end - at >= 4 && load<u16>(at) == CharCode._0 && (load<u16>(at, 2) | 32) == CharCode.x) {
    at += 4;
    radix = 16;
  } else if (!radix) {
    radix = 10;
  }
  const start = at;
  let value: T = 0;
  if (radix >= 2 && radix <= 36) {
    for (; at < end; at += 2) {
      const digit = $digit(load<u16>(at));
      if (digit >= <u32>radix) break;
      value = value * <T>radix + <T>digit;
    }
  }
  if (isFloat<T>()) {
    if (at == start) return <T>NaN;
    const count = <i32>(at - start >> 1);
    if (value >= 9007199254740992) value = <T>(radix == 10 ? $read(start, count, 0) : $readInteger(start, count, radix));
  }
  return minus ? -value : value;
}

function $digit(code: u32): u32 {
  if (code - CharCode._0 < 10) return code - CharCode._0;
  const letter = (code | 32) - CharCode.a;
  return code < 128 && letter < 26 ? letter + 10 : 36;
}

// Was off by powers of ten between 1e38 and 1e53, and by the last bit for one number in a hundred.
export function strtod(str: string): f64 {
  let at = changetype<usize>(str);
  const end = at + (<usize>str.length << 1);
  while (at < end && isSpace(load<u16>(at))) at += 2;
  const minus = at < end && load<u16>(at) == CharCode.MINUS;
  if (minus || (at < end && load<u16>(at) == CharCode.PLUS)) at += 2;
  const value = $unsigned(at, end);
  return minus ? -value : value;
}

function $unsigned(at: usize, end: usize): f64 {
  const word = "Infinity";
  if (end - at >= 16 && !memory.compare(at, changetype<usize>(word), 16)) return Infinity;
  let any = false, pointed = false;
  // the digits from the first to the last one that is not 0, and the power of ten that the last one counts
  let start: usize = 0, count = 0, zeros = 0, exponent = 0;
  for (; at < end; at += 2) {
    const code = <u32>load<u16>(at);
    if (code == CharCode.DOT && !pointed) {
      pointed = true;
      continue;
    }
    const digit = code - CharCode._0;
    if (digit > 9) break;
    any = true;
    if (pointed) exponent--;
    if (!digit) {
      if (count) zeros++;
      continue;
    }
    if (!count) start = at;
    count += zeros + 1;
    zeros = 0;
  }
  if (!any) return NaN;
  if (!count) return 0;
  return $read(start, count, exponent + zeros + $exponent(at, end));
}

// what stands behind an "e"
function $exponent(at: usize, end: usize): i32 {
  if (at >= end || (load<u16>(at) | 32) != CharCode.e) return 0;
  at += 2;
  const minus = at < end && load<u16>(at) == CharCode.MINUS;
  if (minus || (at < end && load<u16>(at) == CharCode.PLUS)) at += 2;
  let value = 0;
  for (; at < end && <u32>load<u16>(at) - CharCode._0 < 10; at += 2) {
    value = min(value * 10 + <i32>load<u16>(at) - CharCode._0, 1 << 27);
  }
  return minus ? -value : value;
}

// Looked for a letter before the whole text up to here, past the beginning of the word.
export function isFinalSigma(buffer: usize, index: isize, len: isize): bool {
  let before = index;
  let code: u32;
  do {
    if (before <= 0) return false;
    code = codePointBefore(buffer, before);
    before -= isize(code >= 0x10000) + 1;
  } while (isCaseIgnorable(code));
  if (!isCased(code)) return false;
  for (let after = index + 1; after < len; after += isize(code >= 0x10000) + 1) {
    code = load<u16>(buffer + (after << 1));
    if ((code & 0xFC00) == 0xD800 && after + 1 < len) {
      const low = <u32>load<u16>(buffer + (after << 1), 2);
      if ((low & 0xFC00) == 0xDC00) code = ((code - 0xD800) << 10) + (low - 0xDC00) + 0x10000;
    }
    if (!isCaseIgnorable(code)) return !isCased(code);
  }
  return true;
}

// The library's own joins work out in 32 bits how long the text becomes, and write behind it when that overflows; and they
// print a 64-bit integer that stands alone as its lower half.

export function joinBooleanArray(dataStart: usize, length: i32, separator: string): string {
  return $join<bool>(dataStart, length, separator);
}

export function joinIntegerArray<T>(dataStart: usize, length: i32, separator: string): string {
  return $join<T>(dataStart, length, separator);
}

export function joinFloatArray<T>(dataStart: usize, length: i32, separator: string): string {
  return $join<T>(dataStart, length, separator);
}

export function joinStringArray(dataStart: usize, length: i32, separator: string): string {
  return $join<string | null>(dataStart, length, separator);
}
