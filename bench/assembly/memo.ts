const recent = new Map<i32, Float64Array>();
const order: i32[] = [];
let last: Float64Array | null = null;

function rampOf(length: i32): Float64Array {
  if (recent.has(length)) return recent.get(length);
  if (order.length == 50) recent.delete(order.shift());
  const ramp = new Float64Array(length);
  for (let i = 0; i < length; i++) ramp[i] = i;
  recent.set(length, ramp);
  order.push(length);
  return ramp;
}

/** The row's sum, each element weighted by its index: the weights of fifty lengths are kept, and the row itself till the next. */
export function weighted(x: Float64Array): f64 {
  const ramp = rampOf(x.length);
  last = x.slice();
  const products = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) products[i] = last![i] * ramp[i];
  let sum: f64 = 0;
  for (let i = 0; i < x.length; i++) sum += products[i];
  return sum;
}
