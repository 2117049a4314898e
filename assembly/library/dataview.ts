// The library's own checks overflow, and let offsets near 2³¹ and views before their buffer pass; and a view without a length
// has the buffer's, which fits only at offset 0.
export class DataView {
  constructor(buffer: ArrayBuffer, byteOffset: i32 = 0, byteLength: i32 = buffer.byteLength - byteOffset) {
    const size = buffer.byteLength;
    if (byteOffset < 0 || byteOffset > size) throw new RangeError(E_INDEXOUTOFRANGE);
    if (<u32>byteLength > <u32>(size - byteOffset)) throw new RangeError(E_INVALIDLENGTH);
    this.buffer = buffer;
    this.dataStart = changetype<usize>(buffer) + <usize>byteOffset;
    this.byteLength = byteLength;
  }

  getFloat32(byteOffset: i32, littleEndian: bool = false): f32 {
    return reinterpret<f32>($read<u32>(this, byteOffset, littleEndian));
  }

  getFloat64(byteOffset: i32, littleEndian: bool = false): f64 {
    return reinterpret<f64>($read<u64>(this, byteOffset, littleEndian));
  }

  getInt16(byteOffset: i32, littleEndian: bool = false): i16 {
    return $read<i16>(this, byteOffset, littleEndian);
  }

  getInt32(byteOffset: i32, littleEndian: bool = false): i32 {
    return $read<i32>(this, byteOffset, littleEndian);
  }

  getInt64(byteOffset: i32, littleEndian: bool = false): i64 {
    return $read<i64>(this, byteOffset, littleEndian);
  }

  getUint16(byteOffset: i32, littleEndian: bool = false): u16 {
    return $read<u16>(this, byteOffset, littleEndian);
  }

  getUint32(byteOffset: i32, littleEndian: bool = false): u32 {
    return $read<u32>(this, byteOffset, littleEndian);
  }

  getUint64(byteOffset: i32, littleEndian: bool = false): u64 {
    return $read<u64>(this, byteOffset, littleEndian);
  }

  setFloat32(byteOffset: i32, value: f32, littleEndian: bool = false): void {
    $write<u32>(this, byteOffset, reinterpret<u32>(value), littleEndian);
  }

  setFloat64(byteOffset: i32, value: f64, littleEndian: bool = false): void {
    $write<u64>(this, byteOffset, reinterpret<u64>(value), littleEndian);
  }

  setInt16(byteOffset: i32, value: i16, littleEndian: bool = false): void {
    $write<i16>(this, byteOffset, value, littleEndian);
  }

  setInt32(byteOffset: i32, value: i32, littleEndian: bool = false): void {
    $write<i32>(this, byteOffset, value, littleEndian);
  }

  setInt64(byteOffset: i32, value: i64, littleEndian: bool = false): void {
    $write<i64>(this, byteOffset, value, littleEndian);
  }

  setUint16(byteOffset: i32, value: u16, littleEndian: bool = false): void {
    $write<u16>(this, byteOffset, value, littleEndian);
  }

  setUint32(byteOffset: i32, value: u32, littleEndian: bool = false): void {
    $write<u32>(this, byteOffset, value, littleEndian);
  }

  setUint64(byteOffset: i32, value: u64, littleEndian: bool = false): void {
    $write<u64>(this, byteOffset, value, littleEndian);
  }
}

// @ts-ignore: decorator
@inline
function $place<T>(view: DataView, byteOffset: i32): usize {
  if (byteOffset < 0 || byteOffset > view.byteLength - <i32>sizeof<T>()) throw new RangeError(E_INDEXOUTOFRANGE);
  return view.dataStart + <usize>byteOffset;
}

// @ts-ignore: decorator
@inline
function $read<T>(view: DataView, byteOffset: i32, littleEndian: bool): T {
  const value = load<T>($place<T>(view, byteOffset));
  return littleEndian ? value : bswap<T>(value);
}

// @ts-ignore: decorator
@inline
function $write<T>(view: DataView, byteOffset: i32, value: T, littleEndian: bool): void {
  store<T>($place<T>(view, byteOffset), littleEndian ? value : bswap<T>(value));
}
