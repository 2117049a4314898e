import { beforeAll, expect, test } from "vitest";
import type { Compilation } from "../../../src/compiler/build/compile-once.js";
import { compileText, instantiate } from "../harness.js";

const source = `
let calls = 0;
const kept = "a";
export function median(x: Float64Array): f64 {
  const y = x.slice().sort();
  const n = y.length;
  return n & 1 ? y[n >> 1] : (y[n / 2 - 1] + y[n / 2]) / 2;
}
export function collections(n: i32): i32 {
  const map = new Map<string, i32>();
  const set = new Set<f64>();
  const list: i32[] = [];
  for (let i = 0; i < n; i++) {
    map.set("key " + i.toString(), i);
    set.add(<f64>(i % 7));
    list.push(n - i);
    if (i % 3 == 0) list.unshift(i);
  }
  list.sort((a, b) => a - b);
  let ok = map.size == n && set.size == min(n, 7);
  for (let i = 0; i < n; i++) ok = ok && map.get("key " + i.toString()) == i;
  for (let i = 1; i < list.length; i++) ok = ok && list[i - 1] <= list[i];
  for (let i = 0; i < n; i += 2) map.delete("key " + i.toString());
  return ok && map.size == n / 2 ? list.length : -1;
}
export function grown(n: i32): i32 {
  const a: i32[] = [], b: i32[] = [];
  for (let i = 0; i < n; i++) { a.push(i); b.push(-i); }
  let ok = true;
  for (let i = 0; i < n; i++) ok = ok && a[i] == i && b[i] == -i;
  const literal = [1, 2, 3];
  for (let i = 4; i < n; i++) literal.push(i);
  for (let i = 0; i < literal.length; i++) ok = ok && literal[i] == i + 1;
  return ok ? a.length : -1;
}
export function joined(n: i32): i32 {
  const parts = new Array<string>();
  for (let i = 0; i < n; i++) parts.push(i.toString() + (i % 2 ? "!" : "?").repeat(2));
  return parts.join(",").split(",").reverse()[0].length;
}
export function zeroed(n: i32): f64 {
  const used = new Float64Array(n).fill(7);
  const fresh = new Float64Array(n);
  const list = new StaticArray<i32>(n);
  let sum = used[0] - 7;
  for (let i = 0; i < n; i++) sum += fresh[i] + list[i];
  return sum;
}
export function take(n: i32): i32 { return new Float64Array(n).length; }
export function hoard(n: i32): i32 { let s = ""; for (let i = 0; i < n; i++) s += "0123456789"; return s.length; }
export function grab(n: i32): i32 { const a = new Array<f64>(); for (let i = 0; i < n; i++) a.push(i); return a.length; }
export function draw(seed: i32): f64 { if (seed) Math.seedRandom(seed); return Math.random() + Mathf.random(); }
export function text(n: i32): Uint8Array { return Uint8Array.wrap(String.UTF8.encode("item " + n.toString())); }
`;

let compiled: Compilation;
beforeAll(async () => {
  compiled = await compileText(source);
});

test("scratch serves copies, sorting, maps, sets, lists and strings", async () => {
  const { run } = await instantiate(compiled);
  const rows = [Float64Array.of(3, 1, 2), Float64Array.of(4, 1, 3, 2), Float64Array.of(9)];
  expect(run("median", [rows]).values).toEqual([2, 2.5, 9]);
  expect(rows[0]).toEqual(Float64Array.of(3, 1, 2));
  expect(run("collections", [[0, 5, 700]]).values).toEqual([0, 7, 934]);
  expect(run("grown", [[10, 5000]]).values).toEqual([10, 5000]);
  expect(run("joined", [[101]]).values).toEqual([5]);
});

test("fresh arrays are zero, whatever lay there", async () => {
  const { run } = await instantiate(compiled);
  expect(run("zeroed", [[1000, 3, 5000]]).values).toEqual([0, 0, 0]);
});

test("scratch is released after every item: a thousand items take what one does", async () => {
  const { run, exports } = await instantiate(compiled, { arena: 40_000 });
  const floor = exports.mark();
  expect(run("take", [new Array(1000).fill(4000)]).thrown).toEqual([]);
  expect(exports.mark()).toBe(floor);
});

test.for([
  ["take", 100_000],
  ["take", 100_000_000],
  ["hoard", 10_000],
  ["grab", 100_000],
  ["collections", 100_000],
] as const)(
  "running out in %s(%i) is an error that names the size, and the next item runs",
  async ([name, n]) => {
    const { run } = await instantiate(compiled, { arena: 123_456 });
    const { values, thrown } = run(name, [[n, 1, n]]);
    expect(thrown).toHaveLength(2);
    expect(thrown[0]).toMatchObject({
      name: "RangeError",
      message: 'kernel scratch exhausted: 123456 bytes; raise it with the option "scratch"',
      item: 0,
    });
    expect(values[1]).toBe({ take: 1, hoard: 10, grab: 1, collections: 2 }[name]);
  },
);

test("a seed lasts for its item: what an item draws does not depend on the items before it", async () => {
  const { run } = await instantiate(compiled);
  const { values, thrown } = run("draw", [[0, 7, 0, 7]]);
  expect(thrown.map(({ item, message }) => [item, message.slice(0, 31)])).toEqual([
    [0, "Math.random has no seed here: c"],
    [2, "Math.random has no seed here: c"],
  ]);
  expect(values[1]).toBe(values[3]);
});

test("an array longer than memory is an error, not a wrapped address", async () => {
  const { run } = await instantiate(compiled);
  const { thrown } = run("take", [[500_000_000, 134_217_727, -1]]);
  expect(thrown.map(({ name }) => name)).toEqual(["RangeError", "RangeError", "RangeError"]);
  expect(thrown[1].message).toContain("kernel scratch exhausted: 1048576 bytes");
});

test("an arena too small for its own message still fails with it", async () => {
  const { run, exports } = await instantiate(compiled);
  exports.arena(3 << 20, 64);
  const { thrown } = run("take", [[100]]);
  expect(thrown[0]).toMatchObject({
    name: "RangeError",
    message: expect.stringMatching(/^kernel scratch exhausted: 64 bytes; /),
  });
});

test("a changed arena is used from then on, and what was kept stays", async () => {
  const { run, exports } = await instantiate(compiled);
  exports.arena(20 << 20, 2 << 20);
  expect(exports.mark()).toBeGreaterThanOrEqual(20 << 20);
  expect(run("take", [[150_000]]).values).toEqual([150_000]);
  expect(run("collections", [[700]]).values).toEqual([934]);
});

test("results fill the segment from where it begins, and then what the engine reserves", async () => {
  const { run, exports } = await instantiate(compiled, { segment: 100 });
  const names = Array.from({ length: 40 }, (_, i) => i);
  const { values } = run("text", [names]);
  expect(values.map((bytes) => String.fromCharCode(...(bytes as Uint8Array)))).toEqual(
    names.map((n) => `item ${n}`),
  );
  expect(exports.segmentTop()).toBeGreaterThan((2 << 20) + 90);
  expect(exports.segmentTop()).toBeLessThanOrEqual((2 << 20) + 100);
});
