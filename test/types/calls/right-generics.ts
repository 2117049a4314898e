import {
  Batch,
  columns,
  type Dense,
  type Item,
  inbatchParallel,
  into,
  type Kernel,
  partial,
  type Ragged,
  type Results,
  rows,
  run,
} from "nogil";
import { row } from "./batch.js";
import { above, at, beats, peak } from "./kernels.js";
export class B<
  T extends string = string,
  C extends { x: Ragged<"f64">; label: T[] } = { x: Ragged<"f64">; label: T[] },
> extends Batch<C, string> {
  @inbatchParallel({ init: rows("label"), post: "p" }) a(l: Item<T>) {
    return l as T;
  }
  @inbatchParallel({ init: rows("x", "label") }) b(x: Item<Float64Array>, l: Item<T>) {
    return x.length + l.length;
  }
  @inbatchParallel({ init: columns("x") }) c(x: Item<Float64Array>) {
    return x;
  }
  @inbatchParallel({ init: rows("x").blocks(2), target: "nogil" }) d() {
    return peak;
  }
  @inbatchParallel({ init: "make" }) e(t: Item<T>, n: Item<number>) {
    return t + n;
  }
  make(): [T, number][] {
    return [];
  }
  p(r: Results<T>) {
    return r;
  }
}
export class Dep<D extends "f32" | "f64"> extends Batch<{ x: Ragged<D>; n: Dense<D> }, string> {
  @inbatchParallel({ init: rows("n"), target: "nogil" }) a() {
    return above;
  }
  @inbatchParallel({ init: rows("n"), target: "for" }) b(n: Item<number>) {
    return n;
  }
  @inbatchParallel({ init: rows("n"), target: "for", post: into("n") }) c(n: Item<number>) {
    return n;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) d() {
    return beats;
  }
  al() {
    return this.allocate("n", { dtype: "f64" as D });
  }
}
export class Host<K extends Kernel> extends Batch<{ x: Ragged<"f64"> }, string> {
  kernel!: K;
  @inbatchParallel({ init: rows("x"), target: "nogil" }) a() {
    return this.kernel;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) b() {
    return partial(this.kernel, { floor: 1 } as Record<string, number>);
  }
}
export class Ov extends Batch<{ x: Ragged<"f64"> }, string> {
  m(id: Item<string>): number;
  m(id: Item<string>, k: number): number;
  @inbatchParallel({ init: "indices" }) m(id: Item<string>, k = 1) {
    return id.length + k;
  }
  @inbatchParallel({ init: "indices" }) static_(id: Item<string>, ...r: [a: number, b?: string]) {
    return id + r[0];
  }
  @inbatchParallel({ init: "two" }) n(...all: Item<string>[]) {
    return all.length;
  }
  @inbatchParallel({ init: "two" }) o([a, b]: Item<[string, string]>) {
    return a + b;
  }
  @inbatchParallel({ init: "two", target: "for" }) q(a: Item<string>, b?: Item<string>) {
    return a + b;
  }
  two() {
    return this.indices.map((id) => (id ? [id] : [id, id]));
  }
}
export const wrap =
  <A extends unknown[], R>(f: (...args: A) => R) =>
  (...args: A) =>
    run(f, [args] as A[]);
export const pre = <A, B, R>(f: (a: A, b: B) => R, a: A) => partial(f, a);
export async function fs(files: AsyncIterable<Float64Array>) {
  const all: Float64Array[] = [];
  for await (const f of files) all.push(f);
  return run(peak, all, { args: all.length ? [{ floor: 1 }] : [{}] });
}
export const opt = (o: { floor?: number | undefined; extra?: undefined }) => run(peak, [row], { args: [o] });
export const un = (o: { floor: number } | { floor?: undefined }) => run(peak, [row], { args: [o] });
export const un2 = (o: { fs: number } & { lead: number }) => run(at, [row], { args: [o] });
export const un3 = (o: Record<"fs", number>) => run(at, [row], { args: [o] });
export const un4 = (o: PartialOf<Record<"fs" | "lead", number>>) =>
  run(at, [row], { args: [{ fs: 1, ...o }] });
type PartialOf<T> = { [K in keyof T]?: T[K] };
export const un5 = (o: PartialOf<{ fs: number; lead: number }>) => run(at, [row], { args: [o] });
export const un6 = (n: unknown) => run(peak, [row], { args: [n] });
export const un7 = (n: number | string) => run(peak, [row], { args: [n] });
export const un8 = (n: number | undefined) => run(peak, [row], { args: [n] });
export const un9 = (n: Float64Array | undefined) => n && run(peak, [n]);
export const un10 = (n: number | null) =>
  run((x: Float64Array, _k: number | null) => x.length, [row], { args: [n] });
