import { $within } from "nogil/range";

// the library's own goes astray when `start` lies further before the array than the array is long: it writes elsewhere
export function FILL<T>(ptr: usize, len: usize, value: T, start: isize, end: isize): void {
  const length = <i32>len;
  const from = $within(<i32>start, length);
  const to = $within(<i32>end, length);
  if (from >= to) return;
  const first = ptr + (<usize>from << alignof<T>());
  const bytes = <usize>(to - from) << alignof<T>();
  if (sizeof<T>() == 1) {
    memory.fill(first, <u8>value, bytes);
    return;
  }
  if (isInteger<T>() ? value == <T>0 : isFloat<T>() && $isPositiveZero<T>(value)) {
    memory.fill(first, 0, bytes);
    return;
  }
  for (let at = first; at < first + bytes; at += sizeof<T>()) store<T>(at, value);
}

// @ts-ignore: decorator
@inline
function $isPositiveZero<T>(value: T): bool {
  return sizeof<T>() == 4 ? reinterpret<u32>(<f32>value) == 0 : reinterpret<u64>(<f64>value) == 0;
}
