// raw loads and stores: built with --allow-unsafe

/** As `standardize`, with SIMD. Eight sums in each pass, so that no addition waits for the one before it. */
export function standardizeSimd(x: Float64Array): void {
  const begin = x.dataStart;
  const end = begin + (<usize>x.length << 3);
  const whole = begin + ((<usize>x.length & ~7) << 3);

  let a = f64x2.splat(0), b = a, c = a, d = a;
  for (let at = begin; at < whole; at += 64) {
    a = f64x2.add(a, v128.load(at));
    b = f64x2.add(b, v128.load(at, 16));
    c = f64x2.add(c, v128.load(at, 32));
    d = f64x2.add(d, v128.load(at, 48));
  }
  let sum = total(a, b, c, d);
  for (let at = whole; at < end; at += 8) sum += load<f64>(at);
  const mean = sum / x.length;

  const means = f64x2.splat(mean);
  a = b = c = d = f64x2.splat(0);
  for (let at = begin; at < whole; at += 64) {
    a = f64x2.add(a, square(f64x2.sub(v128.load(at), means)));
    b = f64x2.add(b, square(f64x2.sub(v128.load(at, 16), means)));
    c = f64x2.add(c, square(f64x2.sub(v128.load(at, 32), means)));
    d = f64x2.add(d, square(f64x2.sub(v128.load(at, 48), means)));
  }
  let squares = total(a, b, c, d);
  for (let at = whole; at < end; at += 8) squares += (load<f64>(at) - mean) * (load<f64>(at) - mean);
  const scale = squares > 0 ? 1 / Math.sqrt(squares / x.length) : 0;

  const scales = f64x2.splat(scale);
  for (let at = begin; at < whole; at += 64) {
    v128.store(at, f64x2.mul(f64x2.sub(v128.load(at), means), scales));
    v128.store(at, f64x2.mul(f64x2.sub(v128.load(at, 16), means), scales), 16);
    v128.store(at, f64x2.mul(f64x2.sub(v128.load(at, 32), means), scales), 32);
    v128.store(at, f64x2.mul(f64x2.sub(v128.load(at, 48), means), scales), 48);
  }
  for (let at = whole; at < end; at += 8) store<f64>(at, (load<f64>(at) - mean) * scale);
}

// @ts-ignore: decorator
@inline
function square(v: v128): v128 {
  return f64x2.mul(v, v);
}

function total(a: v128, b: v128, c: v128, d: v128): f64 {
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
