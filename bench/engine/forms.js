/** As the kernel: two passes, one row after another. The rows lie one behind another in `all`. */
export function standardizeRows(all, length, begin, end) {
  for (let row = begin; row < end; row++) standardize(all.subarray(row * length, (row + 1) * length));
}

/** The same with four sums in each pass, which no engine may make of one by itself: additions round. */
export function standardizeRowsByFour(all, length, begin, end) {
  for (let row = begin; row < end; row++) standardizeByFour(all.subarray(row * length, (row + 1) * length));
}

function standardize(x) {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const off = x[i] - mean;
    squares += off * off;
  }
  scale(x, mean, squares);
}

function standardizeByFour(x) {
  const n = x.length;
  const whole = n - (n % 4);
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < whole; i += 4) {
    a += x[i];
    b += x[i + 1];
    c += x[i + 2];
    d += x[i + 3];
  }
  for (let i = whole; i < n; i++) a += x[i];
  const mean = (a + b + (c + d)) / n;
  a = b = c = d = 0;
  for (let i = 0; i < whole; i += 4) {
    const v = x[i] - mean;
    const w = x[i + 1] - mean;
    const y = x[i + 2] - mean;
    const z = x[i + 3] - mean;
    a += v * v;
    b += w * w;
    c += y * y;
    d += z * z;
  }
  for (let i = whole; i < n; i++) a += (x[i] - mean) ** 2;
  scale(x, mean, a + b + (c + d));
}

function scale(x, mean, squares) {
  const n = x.length;
  const by = squares > 0 ? 1 / Math.sqrt(squares / n) : 0;
  for (let i = 0; i < n; i++) x[i] = (x[i] - mean) * by;
}
