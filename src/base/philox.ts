/** Words of 32 bits, as signed integers: V8 keeps those without a box. */
export interface Block {
  w0: number;
  w1: number;
  w2: number;
  w3: number;
}

/**
 * Philox4x32-10 of Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3", 2011): encrypts a counter of
 * four words with a key of two, into `out`. `assembly/random.ts` does the same.
 */
export function philox(
  out: Block,
  a: number,
  b: number,
  c: number,
  d: number,
  key0: number,
  key1: number,
): void {
  for (let round = 0; round < 10; round++) {
    // the upper halves of two products, 0xd2511f53 * a and 0xcd9e8d57 * c, from products of 16 bits
    const aLow = a & 0xffff;
    const aHigh = a >>> 16;
    const aMiddle = (Math.imul(aHigh, 0x1f53) + (Math.imul(aLow, 0x1f53) >>> 16)) | 0;
    const aCross = (Math.imul(aLow, 0xd251) + (aMiddle & 0xffff)) | 0;
    const upperA = (Math.imul(aHigh, 0xd251) + (aMiddle >>> 16) + (aCross >>> 16)) | 0;
    const cLow = c & 0xffff;
    const cHigh = c >>> 16;
    const cMiddle = (Math.imul(cHigh, 0x8d57) + (Math.imul(cLow, 0x8d57) >>> 16)) | 0;
    const cCross = (Math.imul(cLow, 0xcd9e) + (cMiddle & 0xffff)) | 0;
    const upperC = (Math.imul(cHigh, 0xcd9e) + (cMiddle >>> 16) + (cCross >>> 16)) | 0;
    const lowerA = Math.imul(a, 0xd2511f53);
    const lowerC = Math.imul(c, 0xcd9e8d57);
    a = upperC ^ b ^ key0;
    b = lowerC;
    c = upperA ^ d ^ key1;
    d = lowerA;
    key0 = (key0 + 0x9e3779b9) | 0;
    key1 = (key1 + 0xbb67ae85) | 0;
  }
  out.w0 = a;
  out.w1 = b;
  out.w2 = c;
  out.w3 = d;
}
