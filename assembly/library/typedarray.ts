import { $copyWithin } from "nogil/range";
import { $toInt32, $toUint8Clamped } from "nogil/numbers";
import { E_VALUEOUTOFRANGE } from "util/error";

export class Uint8ClampedArray {
  // any integer as the number that it is: the library's own takes an u32 from 2³¹ on for a negative number
  fill(value: i64, start: i32 = 0, end: i32 = i32.MAX_VALUE): Uint8ClampedArray {
    FILL<u8>(this.dataStart, this.length, $clamped<i64>(value), start, end);
    return this;
  }
}

// @ts-ignore: decorator
@inline
function COPY_WITHIN<TArray extends ArrayBufferView, T extends number>(
  array: TArray,
  target: i32,
  start: i32,
  end: i32
): TArray {
  $copyWithin(array.dataStart, array.length, target, start, end, alignof<T>());
  return array;
}

// the library's own multiplies lengths until they overflow, and opens memory far behind the buffer
// @ts-ignore: decorator
@inline
function WRAP<TArray extends ArrayBufferView, T>(buffer: ArrayBuffer, byteOffset: i32 = 0, len: i32 = -1): TArray {
  const size = buffer.byteLength;
  const mask = <i32>sizeof<T>() - 1;
  if (byteOffset < 0 || byteOffset > size || byteOffset & mask) throw new RangeError(E_INDEXOUTOFRANGE);
  let bytes = size - byteOffset;
  if (len == -1) {
    if (size & mask) throw new RangeError(E_INVALIDLENGTH);
  } else {
    if (<u32>len > <u32>bytes >>> alignof<T>()) throw new RangeError(E_INVALIDLENGTH);
    bytes = len << alignof<T>();
  }
  const out = changetype<TArray>(__new(offsetof<TArray>(), idof<TArray>()));
  store<usize>(changetype<usize>(out), changetype<usize>(buffer), offsetof<TArray>("buffer"));
  __link(changetype<usize>(out), changetype<usize>(buffer), false);
  store<u32>(changetype<usize>(out), bytes, offsetof<TArray>("byteLength"));
  store<usize>(changetype<usize>(out), changetype<usize>(buffer) + <usize>byteOffset, offsetof<TArray>("dataStart"));
  return out;
}

// In the library's own, offsets near 2³¹ write elsewhere; floats become integers by saturation, and bytes without rounding;
// and a source of another type in the same memory is overwritten while it is read.
// @ts-ignore: decorator
@inline
function SET<TArray extends ArrayLike<number>, UArray extends ArrayLike<number>>(
  target: TArray,
  source: UArray,
  offset: i32 = 0
): void {
  if (isReference<valueof<UArray>>()) ERROR(E_NOTIMPLEMENTED);
  const length = source.length;
  if (offset < 0 || length > target.length - offset) throw new RangeError(E_INDEXOUTOFRANGE);
  // @ts-ignore: dataStart
  $setFrom<valueof<TArray>, valueof<UArray>>(
    target.dataStart + (<usize>offset << alignof<valueof<TArray>>()),
    source.dataStart,
    <usize>length,
    target instanceof Uint8ClampedArray
  );
}

// @ts-ignore: decorator
@inline
function $setFrom<T, U>(to: usize, from: usize, length: usize, clamps: bool): void {
  const bytes = length << alignof<U>();
  const alike = isInteger<T>() == isInteger<U>() && sizeof<T>() == sizeof<U>();
  if (alike && !(clamps && isSigned<U>())) {
    memory.copy(to, from, bytes);
    return;
  }
  let aside: usize = 0;
  if (from < to + (length << alignof<T>()) && to < from + bytes) {
    aside = __alloc(bytes);
    memory.copy(aside, from, bytes);
    from = aside;
  }
  for (let i: usize = 0; i < length; i++) {
    const value = load<U>(from + (i << alignof<U>()));
    store<T>(to + (i << alignof<T>()), clamps ? <T>$clamped<U>(value) : $converted<T, U>(value));
  }
  if (aside) __free(aside);
}

// @ts-ignore: decorator
@inline
function $clamped<U>(value: U): u8 {
  if (isFloat<U>()) return $toUint8Clamped(<f64>value);
  if (isSigned<U>()) return <u8>max<i64>(0, min<i64>(255, <i64>value));
  return <u8>min<u64>(255, <u64>value);
}

// @ts-ignore: decorator
@inline
function $converted<T, U>(value: U): T {
  if (isFloat<U>() && isInteger<T>()) {
    if (sizeof<T>() <= 4) return <T>$toInt32(<f64>value);
    // JavaScript knows no such conversion to 64 bits
    const x = <f64>value;
    const fits = isSigned<T>() ? x >= -$i64End && x < $i64End : x > -1 && x < 2 * $i64End;
    if (!fits) throw new RangeError(E_VALUEOUTOFRANGE);
  }
  return <T>value;
}

// @ts-ignore: decorator
@inline const $i64End: f64 = 9.223372036854775808e18;
