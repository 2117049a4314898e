import assert from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import { action, Batch, Dataset, type Dense, pipeline, type Ragged } from "nogil";
import { describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

interface Parts {
  x: Dense<"f64">;
  rows: Ragged<"f32">;
  label: string[];
}

class Values extends Batch<Parts, string> {
  rate = 360;

  @action
  load() {
    return this;
  }
}

const make = (last = 3) =>
  Values.from(["a", "b"], {
    x: [1, 2],
    rows: [Float32Array.of(1), Float32Array.of(2, last)],
    label: ["A", "B"],
  });

describe("two batches", () => {
  test("are equal if ids, values and fields are", () => {
    for (const other of [make(), make().with({ target: "for" })]) {
      expect(make()).toEqual(other);
      expect(isDeepStrictEqual(make(), other)).toBe(true);
    }
    expect(make()).toStrictEqual(make());
    expect(make()).to.deep.equal(make());
  });

  test.each<[string, Batch<any, any>]>([
    ["a value of a column", make(4)],
    ["an id", Object.assign(Values.from(["a", "c"], { ...make().data }))],
    ["a field", Object.assign(make(), { rate: 500 })],
    ["an element of an array", Object.assign(make(), {}).set({ label: ["A", "C"] })],
    ["a component that one lacks", Values.from(["a", "b"], { x: [1, 2], label: ["A", "B"] })],
  ])("differ in %s", (_, other) => {
    expect(make()).not.toEqual(other);
    expect(make()).not.toStrictEqual(other);
    expect(isDeepStrictEqual(make(), other)).toBe(false);
    assert.notDeepEqual(make(), other);
    expect(make()).to.not.deep.equal(other);
  });
});

describe("JSON of a batch", () => {
  test("has its ids, the values of its components, and its fields", () => {
    const batch = Object.assign(make(), { act: () => {} });
    expect(JSON.parse(JSON.stringify(batch))).toEqual({
      indices: ["a", "b"],
      data: { x: [1, 2], rows: [[1], [2, 3]], label: ["A", "B"] },
      rate: 360,
    });
    expect(JSON.stringify(batch.with({ target: "for" }))).toBe(JSON.stringify(batch));
  });

  test("that was disposed of is an error", () => {
    const batch = make();
    batch.dispose();
    expect(() => JSON.stringify(batch)).toThrow("Values was disposed of");
    expect(inspect(batch)).toContain("data: {}");
  });

  test("does not change what a part of it has", () => {
    const [first] = make().split(2);
    expect(JSON.stringify(first)).toBe(
      '{"indices":["a"],"data":{"x":[1],"rows":[[1]],"label":["A"]},"rate":360}',
    );
  });
});

test("a batch is not cloned into an object without its components", () => {
  expect(() => structuredClone(make())).toThrow("could not be cloned");
});

test("a dataset prints its class and its first ids, not all of them", () => {
  const text = inspect(new Dataset(3000, Values as any));
  expect(text).toMatch(/^Dataset\(3000 of Values\) \[/);
  expect(text).toContain("... 2990 more items");
  expect(inspect([[[new Dataset(3, Values as any)]]])).toContain("[Dataset(3 of Values)]");
});

test("kernels and pipelines are their declarations on the console and in JSON", () => {
  const declaration = "scale(x: Float64Array, k?: f64): void";
  expect(inspect(kernels.scale)).toBe(`Kernel ${declaration}`);
  expect(JSON.stringify({ kernel: kernels.scale })).toBe(JSON.stringify({ kernel: declaration }));
  const job = new Dataset(["a"], Values).pipeline().load();
  for (const chain of [job, pipeline(Values).load()]) {
    expect(JSON.stringify([chain])).toBe(JSON.stringify([String(chain)]));
    expect(inspect(chain)).toBe(String(chain));
    expect(String(chain)).toMatch(/Values.* → load$/);
  }
});

test("what a test runner asks any object for is no component, and any other name is refused", () => {
  const { data } = Batch.from(2, { x: [1, 2] }) as unknown as { data: Record<string, unknown> };
  const asked = ["asymmetricMatch", "$$typeof", "nodeType", "@@__IMMUTABLE_ITERABLE__@@", "then", "toJSON"];
  expect(asked.map((name) => data[name])).toEqual(asked.map(() => undefined));
  expect(() => data.peaks).toThrow('Batch has no component "peaks" yet');
});
