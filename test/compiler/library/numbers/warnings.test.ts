import { expect, test } from "vitest";
import { compileText } from "../../harness.js";
import { approximate } from "./values.js";

const calls = [...approximate, "clz32"].map((name) => `Mathf.${name}(y)`);

// whatever is replaced
const source = `
export function numbers(x: f64, y: f32, n: i32): f64 {
  NativeMath.sincos(x);
  NativeMathf.sincos(y);
  Math.seedRandom(n);
  return Math.hypot(x, x) + Math.imul(x, x) + x ** x + Math.random() + ${calls.join(" + ")} +
    Mathf.atan2(y, y) + Mathf.hypot(y, y) + y ** y;
}
export function texts(x: f64, y: f32, n: i32): i32 {
  const a = x.toString(n) + y.toString(n) + [x, x].join() + [y, y].join() + String.fromCharCode(n, n);
  const b = a.trim().substr(n).padStart(n).padEnd(n).replace(a, a).replaceAll(a, a).toLowerCase();
  return <i32>(parseFloat(b) + parseInt(b, n)) + i32.parse(b) + b.indexOf(a) + b.lastIndexOf(a);
}
export function keys(x: f64, y: f32, n: i64): i32 {
  const map = new Map<f64, i32>(), set = new Set<f32>(), of64 = new Map<i64, f32>(), ofText = new Set<string>();
  map.set(x, 1);
  set.add(y);
  of64.set(n, y);
  ofText.add("a");
  return map.keys().length + set.values().length + of64.keys().length + ofText.values().length;
}
export function dates(n: i32): i64 {
  const date = Date.parse("2020-01-31T00:00Z");
  date.setUTCFullYear(n);
  date.setUTCMonth(n, n);
  date.setUTCDate(n);
  date.setUTCHours(n);
  date.setUTCMinutes(n);
  date.setUTCSeconds(n);
  date.setUTCMilliseconds(n);
  return date.getTime() + Date.UTC(n, n);
}`;

test("what is replaced in AssemblyScript's library warns of nothing", async () => {
  expect((await compileText(source)).warnings).toBe("");
});
