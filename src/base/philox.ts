/** Words of 32 bits, as signed integers: V8 keeps those without a box. */
export interface Blocks {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
  w4: number;
  w5: number;
  w6: number;
  w7: number;
}

const factorA = 0xd2511f53;
const factorC = 0xcd9e8d57;
// a float has 53 bits of a product. Its upper half is right, unless rounding turned all the first bits of the lower half from 1 to 0
const shareA = factorA / 2 ** 32;
const shareC = factorC / 2 ** 32;
const doubtful = 0x1fffff;

/**
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3", 2011): encrypts a counter of
 * four words with a key of two, and the next counter as well, into `out`. A processor computes two at once in little more than
 * the time of one. `assembly/random.ts` does the same.
 */
export function philox(
  out: Blocks,
  a: number,
  b: number,
  c: number,
  d: number,
  key0: number,
  key1: number,
): void {
  // says that these are words, so that V8 keeps them in registers
  a |= 0;
  b |= 0;
  c |= 0;
  d |= 0;
  key0 |= 0;
  key1 |= 0;
  let e = (a + 1) | 0;
  // the counter counts in its first two words
  let f = e === 0 ? (b + 1) | 0 : b;
  let g = c;
  let h = d;
  for (let round = 0; round < 10; round++) {
    const lowA = Math.imul(a, factorA);
    const lowC = Math.imul(c, factorC);
    const lowE = Math.imul(e, factorA);
    const lowG = Math.imul(g, factorC);
    const highA = lowA >>> 11 === doubtful ? upperHalf(a, factorA, lowA) : ((a >>> 0) * shareA) | 0;
    const highC = lowC >>> 11 === doubtful ? upperHalf(c, factorC, lowC) : ((c >>> 0) * shareC) | 0;
    const highE = lowE >>> 11 === doubtful ? upperHalf(e, factorA, lowE) : ((e >>> 0) * shareA) | 0;
    const highG = lowG >>> 11 === doubtful ? upperHalf(g, factorC, lowG) : ((g >>> 0) * shareC) | 0;
    a = highC ^ (b ^ key0);
    b = lowC;
    c = highA ^ (d ^ key1);
    d = lowA;
    e = highG ^ (f ^ key0);
    f = lowG;
    g = highE ^ (h ^ key1);
    h = lowE;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  out.w0 = a;
  out.w1 = b;
  out.w2 = c;
  out.w3 = d;
  out.w4 = e;
  out.w5 = f;
  out.w6 = g;
  out.w7 = h;
}

/** The upper half of a product of words, whose lower half is known. */
function upperHalf(word: number, factor: number, lower: number): number {
  return Math.round(((word >>> 0) * factor - (lower >>> 0)) / 2 ** 32) | 0;
}
