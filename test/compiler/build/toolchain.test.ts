import { resolve } from "node:path";
import { expect, test } from "vitest";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";

test("loading AssemblyScript leaves the program's own sort as it was", async () => {
  const { sort } = Array.prototype;
  await Promise.all([loadToolchain(import.meta.dirname), loadToolchain(resolve("examples"))]);
  expect(Array.prototype.sort).toBe(sort);
  expect([10, 9, 1].sort()).toEqual([1, 10, 9]);
  expect(Object.keys(Array.prototype)).toEqual([]);
});
