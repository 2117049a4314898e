// JavaScript sorts typed arrays by number, -0 before 0 and every NaN last, and keeps the order of what compares equal. The
// library's own order of i32 overflows, for it is a - b; to it a NaN with a sign is the least number; what compares equal
// changes places in arrays of more than 48; and a null among strings equals everything.

// not inlined: SORT tells by its address that no comparator was given
export function COMPARATOR<T>(): Comparator<T> {
  if (isString<T>()) return (a, b) => $compareStrings(changetype<string | null>(a), changetype<string | null>(b));
  if (isFloat<T>()) return (a, b) => i32($key<T>(a) > $key<T>(b)) - i32($key<T>(a) < $key<T>(b));
  return (a, b) => i32(a > b) - i32(a < b);
}

export function SORT<T>(ptr: usize, len: i32, comparator: Comparator<T>): void {
  if (len <= 1) return;
  if (isInteger<T>() || isFloat<T>()) {
    if (changetype<usize>(comparator) == changetype<usize>(COMPARATOR<T>())) {
      $sortNumbers<T>(ptr, len);
      return;
    }
  }
  $sortBy<T>(ptr, len, comparator);
}

function $compareStrings(a: string | null, b: string | null): i32 {
  // as JavaScript does, which compares what they print as
  const left = a !== null ? a : "null";
  const right = b !== null ? b : "null";
  return i32(left > right) - i32(left < right);
}

/** A number whose unsigned order is the order of the elements. */
// @ts-ignore: decorator
@inline
function $key<T>(value: T): u64 {
  if (isFloat<T>()) {
    if (value != value) return u64.MAX_VALUE;
    if (sizeof<T>() == 4) {
      const bits = reinterpret<i32>(<f32>value);
      return <u32>(bits ^ ((bits >> 31) | i32.MIN_VALUE));
    }
    const bits = reinterpret<i64>(<f64>value);
    return <u64>(bits ^ ((bits >> 63) | i64.MIN_VALUE));
  }
  return isSigned<T>() ? <u64>value + (<u64>1 << (8 * sizeof<T>() - 1)) : <u64>value;
}

// short arrays by insertion, others by one byte of the keys after the other, the lowest first
function $sortNumbers<T>(data: usize, length: i32): void {
  const end = data + (<usize>length << alignof<T>());
  let sorted = data + sizeof<T>();
  while (sorted < end && $key<T>(load<T>(sorted - sizeof<T>())) <= $key<T>(load<T>(sorted))) sorted += sizeof<T>();
  if (sorted == end) return;
  if (length <= 48) {
    for (; sorted < end; sorted += sizeof<T>()) {
      const value = load<T>(sorted);
      const key = $key<T>(value);
      let at = sorted;
      for (; at > data && $key<T>(load<T>(at - sizeof<T>())) > key; at -= sizeof<T>()) {
        store<T>(at, load<T>(at - sizeof<T>()));
      }
      store<T>(at, value);
    }
    return;
  }
  const bytes = end - data;
  const counts = __alloc(256 * sizeof<u32>());
  const room = __alloc(bytes);
  let from = data, to = room;
  for (let shift: u64 = 0; shift < 8 * sizeof<T>(); shift += 8) {
    memory.fill(counts, 0, 256 * sizeof<u32>());
    for (let at = from; at < from + bytes; at += sizeof<T>()) {
      const count = $counter<T>(counts, load<T>(at), shift);
      store<u32>(count, load<u32>(count) + 1);
    }
    // all alike in this byte
    if (load<u32>($counter<T>(counts, load<T>(from), shift)) == length) continue;
    let next = to;
    for (let count = counts; count < counts + 256 * sizeof<u32>(); count += sizeof<u32>()) {
      const here = <usize>load<u32>(count);
      store<u32>(count, <u32>next);
      next += here << alignof<T>();
    }
    for (let at = from; at < from + bytes; at += sizeof<T>()) {
      const value = load<T>(at);
      const count = $counter<T>(counts, value, shift);
      const place = <usize>load<u32>(count);
      store<T>(place, value);
      store<u32>(count, <u32>(place + sizeof<T>()));
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != data) memory.copy(data, from, bytes);
  __free(room);
  __free(counts);
}

// @ts-ignore: decorator
@inline
function $counter<T>(counts: usize, value: T, shift: u64): usize {
  return counts + (<usize>(($key<T>(value) >> shift) & 0xff) << alignof<u32>());
}

/** Sorts by a comparator, aside: what it throws leaves the array as it was. */
function $sortBy<T>(data: usize, length: i32, comparator: Comparator<T>): void {
  const bytes = <usize>length << alignof<T>();
  const aside = __alloc(bytes);
  const room = __alloc(bytes >> 1);
  memory.copy(aside, data, bytes);
  $mergeSort<T>(aside, aside + bytes, room, comparator);
  memory.copy(data, aside, bytes);
  __free(room);
  __free(aside);
}

// compares what V8 compares, so that a typed array comes out the same even where a comparator has no sense, for NaN say
function $mergeSort<T>(start: usize, end: usize, room: usize, comparator: Comparator<T>): void {
  const length = (end - start) >> alignof<T>();
  if (length < 2) return;
  if (length == 2) {
    const a = load<T>(start), b = load<T>(start + sizeof<T>());
    if (comparator(a, b) > 0) {
      store<T>(start, b);
      store<T>(start + sizeof<T>(), a);
    }
    return;
  }
  const middle = start + ((length >> 1) << alignof<T>());
  $mergeSort<T>(start, middle, room, comparator);
  $mergeSort<T>(middle, end, room, comparator);
  // loops rather than memory.copy, which costs more than the few elements that most of these are
  let last = room;
  for (let at = start; at < middle; at += sizeof<T>(), last += sizeof<T>()) store<T>(last, load<T>(at));
  let left = room, right = middle, to = start;
  while (left < last && right < end) {
    const a = load<T>(left), b = load<T>(right);
    if (comparator(a, b) <= 0) {
      store<T>(to, a);
      left += sizeof<T>();
    } else {
      store<T>(to, b);
      right += sizeof<T>();
    }
    to += sizeof<T>();
  }
  for (; left < last; left += sizeof<T>(), to += sizeof<T>()) store<T>(to, load<T>(left));
}
