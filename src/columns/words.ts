/**
 * Elements as whole numbers of as many bytes; those of eight bytes as two. Copies of numbers with a fraction could change
 * the bits of a NaN, and code that has met all classes of typed arrays is slow.
 */
export type Words = Int32Array | Uint16Array | Uint8Array;

/** Bytes of the words of elements of so many. */
export const wordBytes = (elementBytes: number): 1 | 2 | 4 =>
  elementBytes > 2 ? 4 : (elementBytes as 1 | 2);

/** The words of a view. */
export function wordsOf({ buffer, byteOffset, byteLength }: ArrayBufferView, elementBytes: number): Words {
  const bytes = wordBytes(elementBytes);
  return new classes[bytes](buffer as ArrayBuffer, byteOffset, byteLength / bytes);
}

/** All words of a buffer, from its beginning. */
export function wordsIn(buffer: ArrayBufferLike, elementBytes: number): Words {
  const bytes = wordBytes(elementBytes);
  return new classes[bytes](buffer as ArrayBuffer, 0, Math.floor(buffer.byteLength / bytes));
}

const classes = { 1: Uint8Array, 2: Uint16Array, 4: Int32Array } as const;

// from so many words on, a call takes less time than a loop
const many = 64;

/** Copies so many words. */
export function copyWords(from: Words, begin: number, to: Words, at: number, length: number): void {
  if (length < many) for (let i = 0; i < length; i++) to[at + i] = from[begin + i];
  else to.set(from.subarray(begin, begin + length), at);
}

/** Copies items of so many words each, one after another: the items at these positions. */
export function gatherWords(from: Words, positions: ArrayLike<number>, to: Words, length: number): void {
  for (let i = 0; i < positions.length; ) {
    const first = i;
    const begin = positions[i++];
    while (i < positions.length && positions[i] === begin + i - first) i++;
    copyWords(from, begin * length, to, first * length, (i - first) * length);
  }
}

/** Where rows lie: their addresses in bytes, and their lengths in elements. */
export interface Places {
  readonly addresses: Uint32Array;
  readonly lengths: Uint32Array;
}

/**
 * Copies rows, one after another, to word `at` and on: those at these positions, or all from `begin` up to `end`.
 * @param from the words of the whole buffer that the addresses are in
 * @returns where the next one goes
 */
export function copyRows(
  from: Words,
  { addresses, lengths }: Places,
  elementBytes: number,
  which: ArrayLike<number> | { readonly begin: number; readonly end: number },
  to: Words,
  at: number,
): number {
  const bytes = wordBytes(elementBytes);
  const perElement = elementBytes / bytes;
  const shift = bytes >> 1;
  const [first, count] = "begin" in which ? [which.begin, which.end - which.begin] : [0, which.length];
  const positions = "begin" in which ? undefined : which;
  // rows that lie one after another are copied together
  let begin = 0;
  let length = 0;
  let next = at;
  for (let i = 0; i < count; i++) {
    const row = positions ? positions[i] : first + i;
    const own = lengths[row] * perElement;
    // an empty row may be anywhere
    if (own === 0) continue;
    const start = addresses[row] >>> shift;
    if (start !== begin + length) {
      copyWords(from, begin, to, next, length);
      next += length;
      begin = start;
      length = 0;
    }
    length += own;
  }
  copyWords(from, begin, to, next, length);
  return next + length;
}
