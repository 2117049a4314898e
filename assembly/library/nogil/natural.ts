// Natural numbers of up to 128 words, for what f64 cannot hold exactly: the count of the words, then the words, the
// lowest first, in static memory.

// @ts-ignore: decorator
@inline export const naturalBytes: i32 = 4 + 128 * 4;

// @ts-ignore: decorator
@inline
function end(number: usize): usize {
  return number + 4 + (<usize>load<u32>(number) << 2);
}

function push(number: usize, word: u32): void {
  if (!word) return;
  store<u32>(end(number), word);
  store<u32>(number, load<u32>(number) + 1);
}

function trim(number: usize): void {
  let count = load<u32>(number);
  while (count && !load<u32>(number + (<usize>count << 2))) --count;
  store<u32>(number, count);
}

export function set(number: usize, value: u64): void {
  store<u32>(number, 2);
  store<u64>(number, value, 4);
  trim(number);
}

export function copy(to: usize, from: usize): void {
  memory.copy(to, from, end(from) - from);
}

export function countBits(number: usize): i32 {
  const count = load<u32>(number);
  return count ? <i32>(count * 32 - clz(load<u32>(number + (<usize>count << 2)))) : 0;
}

/** number = number * factor + more */
export function multiply(number: usize, factor: u32, more: u32 = 0): void {
  let carry: u64 = more;
  const last = end(number);
  for (let at = number + 4; at < last; at += 4) {
    carry += <u64>load<u32>(at) * factor;
    store<u32>(at, <u32>carry);
    carry >>= 32;
  }
  push(number, <u32>carry);
}

/** number = number * 10 ** exponent */
export function scale(number: usize, exponent: i32): void {
  for (; exponent >= 9; exponent -= 9) multiply(number, 1000000000);
  for (; exponent > 0; exponent--) multiply(number, 10);
}

/** number = number * 2 ** bits */
export function shift(number: usize, bits: i32): void {
  multiply(number, 1 << (bits & 31));
  const count = load<u32>(number), words = <u32>bits >> 5;
  if (!words || !count) return;
  memory.copy(number + 4 + (<usize>words << 2), number + 4, <usize>count << 2);
  memory.fill(number + 4, 0, <usize>words << 2);
  store<u32>(number, count + words);
}

export function add(number: usize, other: usize): void {
  const count = load<u32>(other);
  let carry: u64 = 0;
  for (let at = number + 4, from = other + 4, stop = end(other), last = end(number); at < last || from < stop; at += 4, from += 4) {
    if (at < last) carry += load<u32>(at);
    if (from < stop) carry += load<u32>(from);
    store<u32>(at, <u32>carry);
    carry >>= 32;
  }
  store<u32>(number, max(load<u32>(number), count));
  push(number, <u32>carry);
}

/** number = number - other, which is not larger */
export function subtract(number: usize, other: usize): void {
  let borrow: i64 = 0;
  for (let at = number + 4, from = other + 4, stop = end(other), last = end(number); at < last; at += 4, from += 4) {
    borrow += <i64>load<u32>(at);
    if (from < stop) borrow -= <i64>load<u32>(from);
    store<u32>(at, <u32>borrow);
    borrow >>= 32;
  }
  trim(number);
}

/** less than, equal to, or greater than 0, as number is than other */
export function compare(number: usize, other: usize): i32 {
  const count = load<u32>(number);
  if (count != load<u32>(other)) return count < load<u32>(other) ? -1 : 1;
  for (let at = <usize>count << 2; at; at -= 4) {
    const mine = load<u32>(number + at), its = load<u32>(other + at);
    if (mine != its) return mine < its ? -1 : 1;
  }
  return 0;
}
