/** A damaged file, and how it was damaged. */
export interface Mutation {
  readonly kind: "truncation" | "flip" | "splice" | "token";
  /** of the seed */
  readonly seed: string;
  readonly bytes: Uint8Array;
}

/** Numbers from 0 to below n, the same for the same seed: mulberry32. */
export function numbersFrom(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

export interface Material {
  /** whole files by name */
  readonly seeds: Readonly<Record<string, Uint8Array>>;
  /** texts that, in the place of others, say what is not so */
  readonly tokens: readonly string[];
}

/** Damaged files without an end, in turn: cut off, one bit flipped, the head of one before the rest of another, a text put in. */
export function* mutations({ seeds, tokens }: Material, seed: number): Generator<Mutation, never> {
  const below = numbersFrom(seed);
  const names = Object.keys(seeds);
  const some = <T>(list: readonly T[]) => list[below(list.length)];
  // headers come first and are short, so half of all places lie there
  const placeIn = (bytes: Uint8Array) => below(below(2) ? Math.min(bytes.length, 160) : bytes.length);
  for (;;) {
    const name = some(names);
    const whole = seeds[name];
    yield { kind: "truncation", seed: name, bytes: whole.slice(0, placeIn(whole)) };

    const flipped = whole.slice();
    flipped[placeIn(whole)] ^= 1 << below(8);
    yield { kind: "flip", seed: name, bytes: flipped };

    const other = some(names);
    const cut = placeIn(whole);
    const from = below(2) ? cut : placeIn(seeds[other]);
    const spliced = Buffer.concat([whole.subarray(0, cut), seeds[other].subarray(from)]);
    yield { kind: "splice", seed: `${name}+${other}`, bytes: new Uint8Array(spliced) };

    const token = Buffer.from(some(tokens), "latin1");
    const place = placeIn(whole);
    const replaced = below(3)
      ? numberAt(whole, place)
      : { begin: place, end: place + below(token.length + 2) };
    const put = Buffer.concat([whole.subarray(0, replaced.begin), token, whole.subarray(replaced.end)]);
    yield { kind: "token", seed: name, bytes: new Uint8Array(put) };
  }
}

// the digits at a place, or the next ones: what a size is likely to be
function numberAt(bytes: Uint8Array, place: number): { begin: number; end: number } {
  const isDigit = (i: number) => bytes[i] >= 0x30 && bytes[i] <= 0x39;
  let begin = place;
  while (begin < bytes.length && !isDigit(begin)) begin++;
  let end = begin;
  while (end < bytes.length && isDigit(end)) end++;
  return { begin, end };
}
