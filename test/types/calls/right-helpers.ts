import { type Column, type Kernel, partial, type RunArguments, run, type TypedArray } from "nogil";
import { row, type Signals } from "./batch.js";
import * as kernels from "./kernels.js";
import { type at, peak } from "./kernels.js";

// generic helpers
export function f1<K extends Kernel>(k: K, rs: Float64Array[]) {
  return run(k, rs);
}
export function f2<K extends Kernel>(k: K, rs: Iterable<Float64Array>, options?: RunArguments) {
  return run(k, rs, options);
}
export function f3<A extends unknown[], R>(k: Kernel<A, R>, rs: A[]) {
  return run(k, rs);
}
export async function f4<R>(k: Kernel<any, R>, rs: Float64Array[]): Promise<(R | Error)[]> {
  return run(k, rs);
}
export function f5(k: Kernel, rs: Float64Array[], args: unknown[]) {
  return run(k, rs, { args });
}
export function f6<T, R>(fn: (x: T) => R, list: T[]) {
  return run(fn, list, { target: "for" });
}
export function f7<T, R>(fn: (x: T) => R | Promise<R>, list: readonly T[]) {
  return run(fn, list);
}
export function f8<T extends TypedArray>(list: T[]) {
  return run(peak, list as any);
}
export function f9<T>(list: T[]) {
  return run(peak, list);
}
export function f10<C extends Column>(c: C) {
  return run(peak, c);
}
export function f11<K extends typeof peak | typeof at>(k: K) {
  return run(k, [row], { args: [{ fs: 1 }] });
}
export function f12<T extends object>(named: T) {
  return partial(peak, named);
}
export function f13<K extends Kernel>(k: K, named: Record<string, number>) {
  return partial(k, named);
}
export function f14<B extends any[]>(...args: B) {
  return partial(peak, ...(args as any[]));
}
export function f15<K extends keyof typeof kernels>(name: K) {
  return run((kernels as any)[name] as Kernel, [row]);
}
export async function f16<T extends Float64Array | Float32Array>(list: T[]) {
  return run(peak, list as Iterable<any>);
}
export const f17 = async <K extends Kernel>(k: K, b: Signals) => (await run(k, b.rows("x"))).map((v) => v);
export const f18 = (k: "peak" | "count") => run(kernels[k], [row]);
export const f19 = (opt: { floor?: number } = {}) => run(peak, [row], { args: [opt] });
export const f20 = (opt?: { floor?: number }) => run(peak, [row], { args: opt ? [opt] : [] });
export const f21 = (floor?: number) => run(peak, [row], { args: [{ floor }] });
export const f22 = (floor?: number) => run(peak, [row], { args: floor === undefined ? [] : [floor] });
export const f23 = (floor?: number) => run(peak, [row], floor === undefined ? {} : { args: [{ floor }] });
export const f24 = (o: RunArguments) => run(peak, [row], { ...o, args: [{ floor: 1 }] });
export const f25 = (o: RunArguments) => run(peak, [row], { workers: 1, ...o });
