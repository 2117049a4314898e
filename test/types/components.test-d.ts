import { Batch, type Column, type Dense, type Ragged } from "nogil";
import { expectTypeOf, test } from "vitest";

test("components have the types that they have once they are set", () => {
  interface Parts {
    number: Dense<"f64">;
    image: Dense<"u8", [2, 3]>;
    rows: Ragged<"f32">;
    any: any;
    unknown: unknown;
    column: Column;
    labels: string[];
    frozen: readonly (string | null)[];
    flags: boolean[];
    longs: bigint[];
    lists: number[][];
    records: { value: number }[];
    views: DataView[];
    anything: any[];
    things: unknown[];
    optional?: Dense<"i32">;
    either: Dense<"f64"> | (number | null)[];
    rowsOrNone: Ragged<"f32"> | (Float32Array | null)[];
    none: never;
  }
  class Whole extends Batch<Parts, string> {}
  class Named extends Batch<Record<string, Dense<"f64"> | string[]>> {}
  class Empty extends Batch<object, number> {}
  class Loose extends Batch<any, any> {}
  class Usual extends Batch {}
  expectTypeOf<Whole>().toExtend<Batch<any, any>>();
  expectTypeOf<Named>().toExtend<Batch<any, any>>();
  expectTypeOf<Empty>().toExtend<Batch<any, any>>();
  expectTypeOf<Loose>().toExtend<Batch<any, any>>();
  expectTypeOf<Usual>().toExtend<Batch<any, any>>();
});

test("a class of batches may leave the types of its components to others", () => {
  class Part<C extends object> extends Batch<C, string> {}
  class More<C extends { x: Dense<"f64"> }> extends Part<C> {}
  class Both<C extends object> extends Batch<C & { x: Dense<"f64"> }, string> {}
  const typed = () => {
    expectTypeOf(new Part<{ y: Dense<"f32"> }>(["a"]).data.y.at(0)).toEqualTypeOf<number>();
    expectTypeOf(new More<{ x: Dense<"f64">; y: string[] }>(["a"]).data.y).toEqualTypeOf<string[]>();
    expectTypeOf(new Both<{ y: string[] }>(["a"]).data.x).toEqualTypeOf<Dense<"f64">>();
  };
  expectTypeOf(typed).toBeFunction();
});

test("what a batch makes a column of is no component's type", () => {
  // @ts-expect-error numbers become a column
  class A extends Batch<{ x: number[] }> {}
  // @ts-expect-error whether they may be written or not
  class B extends Batch<{ x: readonly number[] }> {}
  // @ts-expect-error however many they are
  class C extends Batch<{ x: [number, number] }> {}
  // @ts-expect-error by whatever name
  class D extends Batch<{ x: Array<0 | 1> }> {}
  // @ts-expect-error those that may all be numbers, too
  class E extends Batch<{ x: (number | null)[] }> {}
  // @ts-expect-error those that may all be numbers, too
  class F extends Batch<{ x: string[] | number[] }> {}
  // @ts-expect-error typed arrays become a column
  class G extends Batch<{ x: Float32Array }> {}
  // @ts-expect-error of every class
  class H extends Batch<{ x: Uint8ClampedArray }> {}
  // @ts-expect-error one for each item becomes a column
  class I extends Batch<{ x: Float32Array[] }> {}
  // @ts-expect-error those that may all be typed arrays, too
  class J extends Batch<{ x: (Int16Array | undefined)[] }> {}
  // @ts-expect-error what is like an array is none
  class K extends Batch<{ x: ArrayLike<number> }> {}
  // @ts-expect-error no component is one value
  class L extends Batch<{ x: number }> {}
  // @ts-expect-error whatever the components are called
  class M extends Batch<Record<string, number[]>> {}
  // @ts-expect-error one among others
  class N extends Batch<{ y: Dense<"f64">; x?: number[]; z: string[] }> {}
  // @ts-expect-error found from the values
  const found = () => new Batch(2, { x: [1, 2] });
  type All = [A, B, C, D, E, F, G, H, I, J, K, L, M, N, typeof found];
  expectTypeOf<All>().not.toBeAny();
});

test("a component is set to what becomes a column of its dtype and shape", () => {
  interface Parts {
    x: Dense<"f64">;
    small: Dense<"f32">;
    long: Dense<"i64">;
    byte: Dense<"u8">;
    image: Dense<"f64", [2, 3]>;
    rows: Ragged<"f32">;
    any: any;
    some: Column;
    either: Dense<"i32"> | string[];
  }
  class Whole extends Batch<Parts, string> {}
  const typed = (batch: Whole) => {
    batch.set({ x: [1, 2], small: new Float32Array(2), long: new BigInt64Array(2), byte: Buffer.from([1]) });
    batch.set({ x: new Float64Array(2), image: [new Float64Array(6)], rows: [new Float32Array(1)] });
    batch.set({ any: [1], some: [new Float32Array(1)], either: ["a"], x: batch.data.x });
    batch.set({ some: [1, 2], either: new Int32Array(2) });
    // @ts-expect-error numbers are a column of f64
    batch.set({ small: [1, 2] });
    // @ts-expect-error bigints stay an array
    batch.set({ long: [1n, 2n] });
    // @ts-expect-error a typed array is a number for each item
    batch.set({ image: new Float64Array(12) });
    // @ts-expect-error a typed array is a number for each item
    batch.set({ rows: new Float32Array(12) });
    // @ts-expect-error an array for each item is a row for each
    batch.set({ x: [new Float64Array(1)] });
    // @ts-expect-error numbers are a column of f64
    batch.set({ either: [1, 2] });
    // @ts-expect-error neither where the batch is made
    Whole.from(["a"], { small: [1] });

    batch.allocate("small", { dtype: "f32" });
    batch.allocate("rows", { dtype: "f32", shapes: [3] });
    batch.allocate("any", { dtype: "u8" });
    batch.allocate("either", { dtype: "i32" });
    // @ts-expect-error the component is declared with another dtype
    batch.allocate("small", { dtype: "f64" });
    // @ts-expect-error the component is declared with another dtype
    batch.allocate("rows", { dtype: "f64", shapes: [3] });
    // @ts-expect-error there is no such component
    batch.allocate("smal", { dtype: "f32" });
  };
  expectTypeOf(typed).toBeFunction();
});
