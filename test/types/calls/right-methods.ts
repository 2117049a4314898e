import {
  action,
  Batch,
  columns,
  type Item,
  inbatchParallel,
  into,
  type Kernel,
  partial,
  type Results,
  rows,
  type TypedArray,
} from "nogil";
import { type Components, either } from "./batch.js";
import { beats, count, peak, standardize } from "./kernels.js";

const parallel = inbatchParallel({ init: "indices" });
const heavy = inbatchParallel({ init: rows("x"), target: "nogil" });
const kept = inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") });
const spec = { init: "indices", target: "threads" } as const;
const loose = { init: "indices", post: "collect" };

export class A extends Batch<Components, string> {
  seen: unknown = null;
  cache = new Map<string, number>();
  @parallel a1(id: Item<string>) {
    return id;
  }
  @parallel a2(id: Item<string>, n: number) {
    return id + n;
  }
  @action @parallel a3(id: Item<string>) {
    void id;
  }
  @heavy b1() {
    return peak;
  }
  @heavy b2({ floor = 0 } = {}) {
    return partial(peak, { floor });
  }
  @kept b3() {
    return peak;
  }
  @inbatchParallel(spec) c1(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ ...spec, post: "collect" }) c2(id: Item<string>) {
    return id;
  }
  collect(results: Results<string>) {
    this.seen = results;
    return this;
  }
  @inbatchParallel(loose) c3(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d1(fast: boolean) {
    return fast ? peak : standardize;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d2(fast: boolean) {
    if (fast) return peak;
    return partial(peak, { floor: 1 });
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d3(name: string) {
    const all: Record<string, Kernel> = { peak };
    return all[name];
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d4(k: Kernel) {
    return k;
  }
  d5<K extends Kernel>(k: K): any {
    return k;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d6(o: { floor?: number } = {}) {
    return partial(peak, o);
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d7(o?: { floor: number }) {
    return o ? partial(peak, o) : peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) async d8() {
    const k = await import("./kernels.js");
    return k.peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d9() {
    switch (this.length) {
      case 1:
        return peak;
      case 2:
        return count;
      default:
        throw new Error();
    }
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", options: { timeout: 5 } }) d10(): typeof peak {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") }) d11(f: number) {
    return partial(peak, { floor: f });
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("y") }) d12() {
    return beats;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("column") }) d13() {
    return beats;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("any") }) d14() {
    return beats;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("maybe") }) d15() {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("maybe", { fill: null }) }) d16() {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("i", { fill: 0 }) }) d17() {
    return count;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("i", { fill: -1 }) }) d18() {
    return either ? count : partial(count, {});
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("y", { fill: new Float32Array(0) }) })
  d19() {
    return beats;
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) e1(x: Item<Float64Array>) {
    return x.map((v) => v * 2);
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) async e2(x: Item<Float64Array>) {
    return x.subarray(1);
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) e3(x: Item<Float64Array>): Float64Array | Error {
    return x.length ? x : new Error("no");
  }
  @inbatchParallel({ init: rows("x"), post: into("label") }) e4(x: Item<Float64Array>) {
    return x.length ? "a" : "b";
  }
  @inbatchParallel({ init: rows("x"), post: into("label") }) e5(x: Item<Float64Array>) {
    return String(x.length) as `n${number}`;
  }
  @inbatchParallel({ init: rows("x"), post: into("label") }) e6(x: Item<Float64Array>): any {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("label") }) e7(x: Item<Float64Array>): unknown {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("flags") }) e8(x: Item<Float64Array>) {
    return x.length > 1;
  }
  @inbatchParallel({ init: rows("x") }) e9(x: Item<TypedArray>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("x") }) e10(x: Item<ArrayLike<number>>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("x") }) e11(x: Item<Iterable<number>>) {
    return [...x].length;
  }
  @inbatchParallel({ init: rows("x") }) e12() {
    return 1;
  }
  @inbatchParallel({ init: rows("x", "label") }) e13(x: Item<Float64Array>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("x") }) e15(...args: any[]) {
    return args.length;
  }
  @inbatchParallel({ init: rows("x") }) e16(...[x, n]: [Item<Float64Array>, number]) {
    return x.length + n;
  }
  @inbatchParallel({ init: rows("column") }) e17(x: Item<Float32Array>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("any") }) e18(x: Item<Float32Array>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("maybe") }) e19(x: Item<number | null>) {
    return x;
  }
  @inbatchParallel({ init: rows("maybe") }) e20(x: Item<number>) {
    return x;
  }
  @inbatchParallel({ init: rows("x").blocks(3) }) e21(x: Item<Float64Array>) {
    return x.length;
  }
  @inbatchParallel({ init: columns("n", "x") }) e22(x: Item<Float64Array>) {
    return x.length;
  }
  @inbatchParallel({ init: columns("label") }) e23(x: Item<string[]>) {
    return x.length;
  }
  @inbatchParallel({ init: columns("label") }) e24(x: Item<readonly string[]>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("label").blocks(2) }) e25(x: Item<string[]>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("image") }) e26(x: Item<Uint8Array>) {
    return x.length;
  }
}
