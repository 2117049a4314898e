/** Where an index that may count from the end, or lie beyond either end, is in an array of that length. */
// @ts-ignore: decorator
@inline
export function $within(index: i32, length: i32): i32 {
  return index < 0 ? max(length + index, 0) : min(index, length);
}

/** Copies elements within one array: nothing when `end` lies before `start`, where the library's own copies trap. */
export function $copyWithin(data: usize, length: i32, target: i32, start: i32, end: i32, alignment: usize): void {
  const to = $within(target, length);
  const from = $within(start, length);
  const count = min($within(end, length) - from, length - to);
  if (count > 0) {
    memory.copy(data + (<usize>to << alignment), data + (<usize>from << alignment), <usize>count << alignment);
  }
}
