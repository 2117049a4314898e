// The library's own checks overflow: an index of 2²⁸ reaches memory far behind the array.
export namespace Atomics {
  // @ts-ignore: decorator
  @inline
  export function load<T extends ArrayBufferView>(array: T, index: i32): valueof<T> {
    return atomic.load<valueof<T>>($place<T>(array, index));
  }

  // @ts-ignore: decorator
  @inline
  export function store<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): void {
    atomic.store<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function add<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.add<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function sub<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.sub<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function and<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.and<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function or<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.or<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function xor<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.xor<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function exchange<T extends ArrayBufferView>(array: T, index: i32, value: valueof<T>): valueof<T> {
    return atomic.xchg<valueof<T>>($place<T>(array, index), value);
  }

  // @ts-ignore: decorator
  @inline
  export function compareExchange<T extends ArrayBufferView>(
    array: T,
    index: i32,
    expectedValue: valueof<T>,
    replacementValue: valueof<T>
  ): valueof<T> {
    return atomic.cmpxchg<valueof<T>>($place<T>(array, index), expectedValue, replacementValue);
  }

  // @ts-ignore: decorator
  @inline
  export function notify<T extends ArrayBufferView>(array: T, index: i32, count: i32 = -1): i32 {
    return atomic.notify($place<T>(array, index), count);
  }
}

// @ts-ignore: decorator
@inline
function $place<T extends ArrayBufferView>(array: T, index: i32): usize {
  const alignment = alignof<valueof<T>>();
  if (<u32>index >= <u32>array.byteLength >>> alignment) throw new RangeError(E_INDEXOUTOFRANGE);
  return changetype<usize>(array.buffer) + array.byteOffset + (<usize>index << alignment);
}
