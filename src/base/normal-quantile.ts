/**
 * The number that a share `q + 0.5` of a standard normal distribution lies below: algorithm AS 241, PPND16, of Wichura (1988).
 * Engines disagree on `Math.log`, so this one has only what IEEE 754 rounds: + - * / and sqrt. Its error is below 1e-15 of the
 * result. `assembly/random.ts` does the same, in the same order.
 *
 * @param q from -0.5 to 0.5, without the ends
 */
export function normalQuantile(q: number): number {
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q;
    return (
      (q *
        (((((((2509.0809287301227 * r + 33430.57558358813) * r + 67265.7709270087) * r + 45921.95393154987) *
          r +
          13731.69376550946) *
          r +
          1971.5909503065513) *
          r +
          133.14166789178438) *
          r +
          3.3871328727963665)) /
      (((((((5226.495278852854 * r + 28729.085735721943) * r + 39307.89580009271) * r + 21213.794301586597) *
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
  const tail = Math.sqrt(-logarithm(q < 0 ? 0.5 + q : 0.5 - q));
  const value = tail <= 5 ? nearTail(tail - 1.6) : farTail(tail - 5);
  return q < 0 ? -value : value;
}

function nearTail(r: number): number {
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

function farTail(r: number): number {
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
function logarithm(x: number): number {
  let exponent = 0;
  for (; x < Math.SQRT1_2; exponent--) x *= 2;
  const s = (x - 1) / (x + 1);
  const z = s * s;
  const series =
    (((((((((z / 21 + 1 / 19) * z + 1 / 17) * z + 1 / 15) * z + 1 / 13) * z + 1 / 11) * z + 1 / 9) * z +
      1 / 7) *
      z +
      1 / 5) *
      z +
      1 / 3) *
      z +
    1;
  return exponent * Math.LN2 + 2 * s * series;
}
