// 64-bit integers as two halves, little-endian, since a bigint for each would be garbage

/** @param numbers safe integers */
export function int64From(numbers: ArrayLike<number>): BigInt64Array {
  const values = new BigInt64Array(numbers.length);
  const halves = new Int32Array(values.buffer);
  for (let i = 0; i < numbers.length; i++) {
    const high = Math.floor(numbers[i] / 2 ** 32);
    halves[2 * i] = numbers[i] - high * 2 ** 32;
    halves[2 * i + 1] = high;
  }
  return values;
}

/** As numbers. `odd` is called for the first that is not a safe integer. */
export function numbersFrom(values: BigInt64Array, odd: (i: number) => never): number[] {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  const numbers = new Array<number>(values.length);
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = halves[2 * i + 1] * 2 ** 32 + (halves[2 * i] >>> 0);
    if (!Number.isSafeInteger(numbers[i])) odd(i);
  }
  return numbers;
}
