import { exported, type Kernel, partial, run, type TypedArray } from "nogil";
import { batch, either, row, row32 } from "./batch.js";
import { peak, unknown } from "./kernels.js";

export async function functions() {
  await run((x: number, y?: number) => x + (y ?? 0), [1, 2]);
  await run((...xs: number[]) => xs.length, [1, 2]);
  await run((x: string | number) => x, [1, "a"]);
  await run((x: any) => x, [1, row]);
  await run((x: unknown) => x, [{ a: 1 }]);
  await run(() => 1, [[], []]);
  await run(() => 1, [1, 2]);
  await run(async (x: string) => x, ["a"]);
  await run((x: readonly number[]) => x, [[[1, 2]]]);
  await run((o: { a: number; b?: string }) => o.a, [{ a: 1 }, { a: 2, b: "" }]);
  await run((x: number, o: { a: number }) => x + o.a, [1], { args: [{ a: 1 }] });
  await run((x: number, { a = 1 } = {}) => x + a, [1], { args: [{ a: 1 }] });
  await run((x: number, _o?: { a?: number }) => x, [1]);
  await run(Math.sqrt, [1, 4]);
  await run(Math.max, [
    [1, 2],
    [3, 4],
  ]);
  await run(parseInt, ["1"]);
  await run(String, [1]);
  await run(Number, ["1"]);
  await run(parseFloat, ["1"], { target: "for" });
  await run(JSON.parse, ["1"], { target: "for" });
  await run(fetch, ["a"], { target: "async" });
  await run(new Function("x") as any, [1]);
  await run(
    function (this: void, x: number) {
      return x;
    },
    [1],
  );
  await run(exported(import.meta.url, "f"), [1]);
  await run((d: Date) => d.getTime(), [new Date()]);
  await run((m: Map<string, number>) => m.size, [new Map<string, number>()]);
  await run((u: URL) => u.href, [new URL("a:")]);
  class P {
    constructor(public x = 1) {}
  }
  await run((p: P) => p.x, [new P()]);
  await run((p: null | number) => p, [null, 1]);
  await run((p: bigint) => p, [1n]);
  enum Color {
    Red,
    Blue,
  }
  await run((c: Color) => c, [Color.Red]);
  type U = { kind: "a"; v: number } | { kind: "b"; w: string };
  const us: U[] = [];
  await run((u: U) => u.kind, us);
  const pairs: [string, number][] = [];
  await run((a: string, b: number) => a + b, pairs);
  const objs = Object.entries({ a: 1 });
  await run((a: string, b: number) => a + b, objs);
  await run(<T>(x: T[]) => x.length, [[[1]]]);
  await run((x: Float64Array) => x.length, batch.data.x);
  await run((x: number) => x, batch.data.n);
  await run((x: number) => x, Float32Array.of(1));
  await run((x: Float64Array, _n: number) => x.length, batch.rows("x", "n"));
  await run((l: string) => l, batch.rows("label"));
  await run((x: TypedArray) => x.length, [row, row32]);
  await run((x: ArrayLike<number>) => x.length, [row, row32]);
  await run((x: Uint8Array) => x.length, [Buffer.alloc(1)]);
  await run((x: Iterable<number>) => [...x], [row]);
  await run((x: number[] | Float64Array) => x.length, [row]);
  partial((...xs: number[]) => xs, 1, 2, 3);
  partial((x: number, y = 1) => x + y, 1);
  partial(Math.max, 1);
  partial(parseInt, "a");
  partial(JSON.stringify, {});
  partial((x: string, _o: { a: number }) => x, "a", { a: 1 });
  partial((x: string, _o: { a?: number } = {}) => x);
  partial(async (x: number) => x, 1);
  partial(String, 1);
  partial((x: any, ..._r: any[]) => x, 1, "a", {});
  partial(<T>(x: T) => x, 1);
  partial(peak);
  partial(peak, either ? { floor: 1 } : {});
  partial(peak, { floor: undefined });
  const o: { floor?: number } = {};
  partial(peak, o);
  partial(peak, { ...o });
  partial(unknown, { a: 1 });
  partial(peak as Kernel, { a: 1 });
  partial(peak as any, 1, 2);
  const an: any = {};
  partial(peak, an);
  const p = partial((a: number, b: number) => a + b, 1);
  await run(p, [2]);
  await run(p, [[2]]);
  const q = partial((a: string, b: number, { c }: { c: number }) => a + b + c, "a", { c: 1 });
  await run(q, [1]);
}
