/** A file as it is to be read. */
export interface Case {
  readonly kind: "as it is" | "cut off" | "flipped" | "spliced";
  /** which file, and what was done to it */
  readonly what: string;
  readonly file: number;
  readonly bytes: Uint8Array;
  /** where a byte was flipped */
  readonly at?: number;
}

/** The same numbers for the same seed, and others for the next (splitmix32). */
export function numbersOf(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}

/** The case of a number: first every file as it is, then files cut off, with one byte changed, or put together of two. */
export function caseOf(files: readonly Uint8Array[], seed: number, index: number): Case {
  if (index < files.length) return { kind: "as it is", what: "", file: index, bytes: files[index] };
  const next = numbersOf(Math.imul(seed, 0x01000193) ^ index);
  const file = next(files.length);
  const bytes = files[file];
  switch (next(4)) {
    case 0: {
      const end = next(Math.max(1, bytes.length));
      return { kind: "cut off", what: `at ${end}`, file, bytes: bytes.slice(0, end) };
    }
    case 1: {
      const other = next(files.length);
      return { kind: "spliced", file, ...spliced(bytes, files[other], other, next) };
    }
    default: {
      const changed = bytes.slice();
      const at = next(Math.max(1, bytes.length));
      const value = odd[next(odd.length)] ?? changed[at] ^ (1 << next(8));
      changed[at] = value === changed[at] ? ~value : value;
      return { kind: "flipped", what: `byte ${at} to ${changed[at]}`, file, bytes: changed, at };
    }
  }
}

// what lengths and offsets are wrong with; in place of undefined a bit is flipped
const odd = [undefined, undefined, undefined, undefined, 0, 1, 0x7f, 0x80, 0xff] as const;

function spliced(bytes: Uint8Array, other: Uint8Array, from: number, next: (below: number) => number) {
  // messages begin at multiples of 8
  const place = (length: number) => 8 * next(Math.max(1, length >> 3));
  const at = place(bytes.length);
  const begin = place(other.length);
  if (next(2) === 0) {
    // the head of one file, and the tail of another one
    const made = new Uint8Array(at + other.length - begin);
    made.set(bytes.subarray(0, at));
    made.set(other.subarray(begin), at);
    return { bytes: made, what: `0 to ${at}, then file ${from} from ${begin}` };
  }
  const made = bytes.slice();
  const part = other.subarray(begin, begin + 8 * (1 + next(64))).subarray(0, made.length - at);
  made.set(part, at);
  return { bytes: made, what: `with ${part.length} bytes of file ${from} from ${begin} at ${at}` };
}
