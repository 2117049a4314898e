import { beforeAll, expect, test } from "vitest";
import { type instantiate, load } from "../harness.js";

const source = `export function literal(): void { throw new RangeError("too far"); }
export function computed(n: i32): void { throw new TypeError("item " + n.toString()); }
export function template(n: i32): void { throw new Error(\`item \${n}\`); }
class Mine extends Error {}
export function own(): void { throw new Mine("mine"); }
export function silent(): void { throw new Error(); }
export function asserted(n: i32): void { assert(n > 0, "n must be positive"); }
export function library(): i32 { return new Map<i32, i32>().get(3); }
export function length(n: i32): i32 { return new Float64Array(n).length; }
export function divide(a: i32, b: i32): i32 { return a / b; }
export function trap(): void { unreachable(); }
export function deep(n: i32): i32 { return n == 0 ? 0 : deep(n + 1) + 1; }
`;

let kernels: Awaited<ReturnType<typeof instantiate>>;
beforeAll(async () => {
  kernels = await load(source);
});

const thrownBy = (name: string, ...columns: number[][]) => kernels.run(name, columns).thrown[0];

test("what is thrown keeps its class, its message, its file and its line", () => {
  expect(thrownBy("literal")).toEqual({
    name: "RangeError",
    message: "too far",
    file: "kernels.ts",
    line: 1,
    item: 0,
  });
  expect(thrownBy("computed", [7])).toMatchObject({ name: "TypeError", message: "item 7", line: 2 });
  expect(thrownBy("template", [7])).toMatchObject({ name: "Error", message: "item 7", line: 3 });
  expect(thrownBy("own")).toMatchObject({ name: "Mine", message: "mine", line: 5 });
  expect(thrownBy("silent")).toMatchObject({ name: "Error", message: "", line: 6 });
  expect(thrownBy("asserted", [-1])).toMatchObject({ message: "n must be positive", line: 7 });
});

test("what the standard library throws keeps its class, too", () => {
  expect(thrownBy("library")).toMatchObject({ name: "Error", message: "Key does not exist" });
  expect(thrownBy("length", [-1])).toMatchObject({ name: "RangeError", message: "Invalid length" });
});

test("traps are errors of their items, and the items after them run", () => {
  const { values, thrown } = kernels.run("divide", [
    [6, 1, 8],
    [2, 0, 4],
  ]);
  expect([values[0], values[2]]).toEqual([3, 2]);
  expect(thrown).toMatchObject([{ name: "RuntimeError", message: "divide by zero", item: 1 }]);
  expect(thrownBy("trap")).toMatchObject({ name: "RuntimeError", message: "unreachable" });
  expect(thrownBy("deep", [1])).toMatchObject({
    name: "RangeError",
    message: "Maximum call stack size exceeded",
  });
});

test("throwing a literal message allocates nothing", async () => {
  const { exports } = kernels;
  const before = exports.mark();
  thrownBy("literal");
  expect(exports.mark()).toBe(before);
});
