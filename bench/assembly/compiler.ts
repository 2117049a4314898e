// each kernel twice: over rows, and over raw memory with the same arithmetic
export function standardizeRows(x: Float64Array): void {
  const n = x.length;
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = sum / n;
  let squares: f64 = 0;
  for (let i = 0; i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
  const scale = 1 / sqrt(squares / n);
  for (let i = 0; i < n; i++) x[i] = (x[i] - mean) * scale;
}
export function standardizeRaw(x: Float64Array): void {
  const p = x.dataStart;
  const n = x.length;
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += load<f64>(p + (<usize>i << 3));
  const mean = sum / n;
  let squares: f64 = 0;
  for (let i = 0; i < n; i++) {
    squares += (load<f64>(p + (<usize>i << 3)) - mean) * (load<f64>(p + (<usize>i << 3)) - mean);
  }
  const scale = 1 / sqrt(squares / n);
  for (let i = 0; i < n; i++) store<f64>(p + (<usize>i << 3), (load<f64>(p + (<usize>i << 3)) - mean) * scale);
}

export function stencilRows(x: Float32Array, y: Float32Array): void {
  for (let i = 1; i < x.length - 1; i++) y[i] = 0.25 * x[i - 1] + 0.5 * x[i] + 0.25 * x[i + 1];
}
export function stencilRaw(x: Float32Array, y: Float32Array): void {
  const p = x.dataStart;
  const q = y.dataStart;
  const n = x.length;
  for (let i = 1; i < n - 1; i++) {
    const at = p + (<usize>i << 2);
    store<f32>(q + (<usize>i << 2), 0.25 * load<f32>(at - 4) + 0.5 * load<f32>(at) + 0.25 * load<f32>(at + 4));
  }
}

export function histogramRows(x: Uint8Array, counts: Int32Array): void {
  for (let i = 0; i < x.length; i++) counts[x[i]]++;
}
export function histogramRaw(x: Uint8Array, counts: Int32Array): void {
  const p = x.dataStart;
  const q = counts.dataStart;
  const n = x.length;
  for (let i = 0; i < n; i++) {
    const at = q + (<usize>load<u8>(p + <usize>i) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
}

export function matmulRows(a: Float64Array, b: Float64Array, c: Float64Array): void {
  const n = <i32>sqrt(<f64>a.length);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
  }
}
export function matmulRaw(a: Float64Array, b: Float64Array, c: Float64Array): void {
  const n = <i32>sqrt(<f64>a.length);
  const p = a.dataStart;
  const q = b.dataStart;
  const r = c.dataStart;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum: f64 = 0;
      for (let k = 0; k < n; k++) {
        sum += load<f64>(p + (<usize>(i * n + k) << 3)) * load<f64>(q + (<usize>(k * n + j) << 3));
      }
      store<f64>(r + (<usize>(i * n + j) << 3), sum);
    }
  }
}
