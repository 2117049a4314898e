// for editors there is types/kernels/random.d.ts
// @ts-nocheck
/**
 * Random numbers of one item, the same as those of `random(seed, key)` of nogil in JavaScript, bit for bit: Philox4x32-10 of
 * Salmon, Moraes, Dror and Shaw ("Parallel random numbers: as easy as 1, 2, 3", 2011). The seed is its key, the item's key is in
 * its counter, so that no two pairs of numbers share a stream.
 */
export class Random {
  private key0: u32;
  private key1: u32;
  private block: u64 = 0;
  private place: u64;
  private second: u64 = 0;
  private isHalfUsed: bool = false;

  /**
   * @param seed any finite number, the same for all items of a call
   * @param key the item's id or number; for one that is a text see `ofText`
   */
  constructor(seed: f64, key: f64) {
    if (!isFinite(seed)) throw new RangeError("Random: the seed is a finite number, got NaN or an infinity.");
    if (!isFinite(key)) throw new RangeError("Random: the key is a finite number, got NaN or an infinity.");
    // 0 for -0
    const bits = reinterpret<u64>(seed + 0);
    this.key0 = <u32>bits;
    this.key1 = <u32>(bits >> 32);
    this.place = reinterpret<u64>(key + 0);
  }

  /**
   * The generator of a key that is a string in JavaScript.
   * @param seed any finite number, the same for all items of a call
   * @param text the UTF-8 bytes of the key, as a `TextEncoder` makes them
   */
  static ofText(seed: f64, text: Uint8Array): Random {
    const generator = new Random(seed, 0);
    // FNV-1a
    let hash: u64 = 0xcbf29ce484222325;
    for (let i = 0; i < text.length; i++) hash = (hash ^ text[i]) * 0x100000001b3;
    generator.place = hash;
    // numbers and texts do not meet: the last bit of the block's number tells them apart
    generator.block = 1 << 63;
    return generator;
  }

  /** The next number from 0 to 1, without 1: a multiple of 2 ** -53, each equally likely. */
  next(): f64 {
    return <f64>this.draw() * (1.0 / 9007199254740992);
  }

  /**
   * The next whole number from 0 to `n`, without `n`, each equally likely, in the type of `n`.
   * @param n a whole number from 1 to 2 ** 53, or to 2 ** 24 if it is an f32
   */
  int<T>(n: T): T {
    if (isFloat<T>()) {
      const most = <T>(sizeof<T>() == 4 ? 16777216 : 9007199254740992);
      if (!(n >= 1 && n <= most && floor<T>(n) == n)) {
        throw new RangeError(
          sizeof<T>() == 4
            ? "int(n): n is a whole number from 1 to 2 ** 24 as an f32; write <f64>n for more."
            : "int(n): n is a whole number from 1 to 2 ** 53.",
        );
      }
    } else if (!(n >= 1) || (sizeof<T>() == 8 && <u64>n > 9007199254740992)) {
      throw new RangeError("int(n): n is a whole number from 1 to 2 ** 53.");
    }
    const count = <u64>n;
    let drawn = this.draw();
    // what is beyond the last whole multiple of n would make the small numbers more likely
    while (drawn > 9007199254740992 - count && drawn >= 9007199254740992 - 9007199254740992 % count) {
      drawn = this.draw();
    }
    return <T>(drawn % count);
  }

  /**
   * The next number of the standard normal distribution: mean 0, variance 1, from -8.3 to 8.3. It is the inverse of the
   * distribution (algorithm AS 241 of Wichura, 1988), off by less than 1e-15 of the number.
   */
  normal(): f64 {
    // the middles of 2 ** 52 stretches
    return quantile((<f64>(this.draw() >> 1) - 2251799813685247.5) * (1.0 / 4503599627370496));
  }

  /** The next 53 bits. */
  private draw(): u64 {
    if (this.isHalfUsed) {
      this.isHalfUsed = false;
      return this.second;
    }
    let a = <u32>this.block;
    let b = <u32>(this.block >> 32);
    let c = <u32>this.place;
    let d = <u32>(this.place >> 32);
    let key0 = this.key0;
    let key1 = this.key1;
    for (let round = 0; round < 10; round++) {
      const left = <u64>a * 0xd2511f53;
      const right = <u64>c * 0xcd9e8d57;
      a = <u32>(right >> 32) ^ b ^ key0;
      b = <u32>right;
      c = <u32>(left >> 32) ^ d ^ key1;
      d = <u32>left;
      key0 += 0x9e3779b9;
      key1 += 0xbb67ae85;
    }
    this.block++;
    this.isHalfUsed = true;
    this.second = (<u64>(c >> 5) << 26) | (d >> 6);
    return (<u64>(a >> 5) << 26) | (b >> 6);
  }
}

// the steps of src/base/normal-quantile.ts in their order
function quantile(q: f64): f64 {
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r +
          45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r +
        21213.794301586597) *
        r +
        5394.196021424751) *
        r +
        687.1870074920579) *
        r +
        42.31333070160091) *
        r +
        1)
    );
  }
  const tail = sqrt(-logarithm(q < 0 ? 0.5 + q : 0.5 - q));
  const value = tail <= 5 ? nearTail(tail - 1.6) : farTail(tail - 5);
  return q < 0 ? -value : value;
}

function nearTail(r: f64): f64 {
  return (
    (((((((0.0007745450142783414 * r + 0.022723844989269184) * r + 0.2417807251774506) * r +
      1.2704582524523684) *
      r +
      3.6478483247632045) *
      r +
      5.769497221460691) *
      r +
      4.630337846156546) *
      r +
      1.4234371107496835) /
    (((((((1.0507500716444169e-9 * r + 0.0005475938084995345) * r + 0.015198666563616457) * r +
      0.14810397642748008) *
      r +
      0.6897673349851) *
      r +
      1.6763848301838038) *
      r +
      2.053191626637759) *
      r +
      1)
  );
}

function farTail(r: f64): f64 {
  return (
    (((((((2.0103343992922881e-7 * r + 0.000027115555687434876) * r + 0.0012426609473880784) * r +
      0.026532189526576124) *
      r +
      0.29656057182850487) *
      r +
      1.7848265399172913) *
      r +
      5.463784911164114) *
      r +
      6.657904643501103) /
    (((((((2.0442631033899397e-15 * r + 1.421511758316446e-7) * r + 0.000018463183175100548) * r +
      0.0007868691311456133) *
      r +
      0.014875361290850615) *
      r +
      0.1369298809227358) *
      r +
      0.599832206555888) *
      r +
      1)
  );
}

/** The natural logarithm of a number in (0, 0.5): ln 2 times its exponent, and the series of artanh for the rest. */
function logarithm(x: f64): f64 {
  let exponent: f64 = 0;
  for (; x < 0.7071067811865476; exponent--) x *= 2;
  const s = (x - 1) / (x + 1);
  const z = s * s;
  const series =
    ((((((((((z / 21 + 1.0 / 19) * z + 1.0 / 17) * z + 1.0 / 15) * z + 1.0 / 13) * z + 1.0 / 11) * z + 1.0 / 9) * z + 1.0 / 7) * z +
      1.0 / 5) *
      z +
      1.0 / 3) *
      z +
      1);
  return exponent * 0.6931471805599453 + 2 * s * series;
}
