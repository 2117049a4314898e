/** The elements of an array as one text, each as its toString prints it, and null as nothing. */
export function $join<T>(start: usize, length: i32, separator: string): string {
  const gap = <usize>separator.length << 1;
  let room: usize = 64, used: usize = 0;
  let text = __new(room, idof<string>());
  for (let i = 0; i < length; i++) {
    const part = $printed<T>(load<T>(start + (<usize>i << alignof<T>())));
    const bytes = <usize>part.length << 1;
    const before = i ? gap : 0;
    // none of the three is more than 2³⁰
    const needed = used + before + bytes;
    if (needed > room) {
      room = max(needed, room << 1);
      text = __renew(text, room);
    }
    memory.copy(text + used, changetype<usize>(separator), before);
    memory.copy(text + used + before, changetype<usize>(part), bytes);
    used = needed;
  }
  return changetype<string>(__renew(text, used));
}

// @ts-ignore: decorator
@inline
function $printed<T>(value: T): string {
  if (isString<T>()) return changetype<usize>(value) ? changetype<string>(value) : "";
  // @ts-ignore: T is a number
  return value.toString();
}
