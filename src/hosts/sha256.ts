// for hosts that only hash asynchronously, where bytes are to be checked at once

const words = (of: (n: number) => number, count: number): Uint32Array => {
  const all = new Uint32Array(count);
  for (let n = 2, i = 0; i < count; n++) {
    if (isPrime(n)) all[i++] = fraction(of(n));
  }
  return all;
};

const isPrime = (n: number): boolean => {
  for (let by = 2; by * by <= n; by++) if (n % by === 0) return false;
  return true;
};

// the first 32 bits behind the point
const fraction = (x: number): number => (x - Math.floor(x)) * 2 ** 32;

// of the roots of the first primes, as the standard has them
const initial = words(Math.sqrt, 8);
const rounds = words(Math.cbrt, 64);

const rotated = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

/** The SHA-256 of the bytes, in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const padded = new DataView(new ArrayBuffer(Math.ceil((bytes.length + 9) / 64) * 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setBigUint64(padded.byteLength - 8, BigInt(bytes.length) * 8n);
  const state = initial.slice();
  const schedule = new Uint32Array(64);
  for (let block = 0; block < padded.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = padded.getUint32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const [early, late] = [schedule[i - 15], schedule[i - 2]];
      const a = rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3);
      const b = rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10);
      schedule[i] = schedule[i - 16] + a + schedule[i - 7] + b;
    }
    mix(state, schedule);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

function mix(state: Uint32Array, schedule: Uint32Array): void {
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const choice = (e & f) ^ (~e & g);
    const upper =
      (h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + rounds[i] + schedule[i]) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const lower = ((rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + upper) | 0;
    d = c;
    c = b;
    b = a;
    a = (upper + lower) | 0;
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) state[i] += word;
}
