import { Batch, type Item, inbatchParallel, type Kernel, type Results, rows } from "nogil";
import type { Components } from "./batch.js";
import { beats, peak, standardize, unknown } from "./kernels.js";

const sum = (results: Results<number>) => results.length;
export class A extends Batch<Components, string> {
  seen: unknown = null;
  // posts
  @inbatchParallel({ init: "indices", post: "collect" }) p1(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_any" }) p2(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_unk" }) p3(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_none" }) p4(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_destr" }) p5(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_arr" }) p6(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_arr2" }) p7(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_iter" }) p8(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_gen" }) p9(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_num" }) p10(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_wide" }) p11(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: sum }) p12(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: (r) => r.length }) p13(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: (r, k) => r.length + k }) p14(id: Item<string>, k: number) {
    return id.length + k;
  }
  @inbatchParallel({ init: "indices", post: () => 1 }) p15(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({
    init: "indices",
    post(this: A, r: Results<number>) {
      this.seen = r;
      return this;
    },
  })
  p16(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_void" }) p17(id: Item<string>) {
    void id;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "p_void" }) p18() {
    return standardize;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "p_num" }) p19() {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "p_num" }) p20() {
    return unknown;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "p_num" }) p21(): Kernel {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "p_rows" }) p22() {
    return beats;
  }
  @inbatchParallel({ init: "indices", post: "p_opt" }) p23(id: Item<string>) {
    return id ? 1 : undefined;
  }
  @inbatchParallel({ init: "indices", post: "p_over" }) p24(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "p_obj" }) p25(id: Item<string>) {
    return { id, n: 1 };
  }
  @inbatchParallel({ init: "indices", post: "p_obj" }) p26(id: Item<string>) {
    return { id, n: 1, more: true };
  }
  @inbatchParallel({ init: "indices", post: "p_async" }) p27(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_num" }) async p28(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_num" }) p29(id: Item<string>): number | Error {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_num" }) p30(id: Item<string>): Promise<number> | number {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_num" }) p31(id: Item<string>): never {
    throw new Error(id);
  }
  @inbatchParallel({ init: "indices", post: "p_numerr" }) p32(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_alike" }) p33(id: Item<string>) {
    return id.length;
  }
  @inbatchParallel({ init: "indices", post: "p_map" }) p34(id: Item<string>) {
    return [id, 1] as [string, number];
  }
  collect(results: Results<string>) {
    this.seen = results;
    return this;
  }
  p_any(results: Results<any>) {
    return results.failures.length;
  }
  p_unk(results: Results<unknown>) {
    return results.length;
  }
  p_none() {
    return this;
  }
  p_destr([first, ...rest]: Results<string>) {
    return [first, rest];
  }
  p_arr(results: (string | Error)[]) {
    return results;
  }
  p_arr2(results: readonly (string | Error)[]) {
    return results;
  }
  p_iter(results: Iterable<string | Error>) {
    return [...results];
  }
  p_gen<T>(results: Results<T>) {
    return results.length;
  }
  p_num(results: Results<number>) {
    return results.length;
  }
  p_wide(results: Results<number | string>) {
    return results.length;
  }
  p_void(results: Results<void>) {
    return results.length;
  }
  p_rows(results: Results<Float32Array>) {
    return results.length;
  }
  p_opt(results: Results<number | undefined>) {
    return results.length;
  }
  p_over(results: Results<string>, extra?: number): void;
  p_over(results: Results<number>): void;
  p_over(results: Results<any>) {
    void results;
  }
  p_obj(results: Results<{ id: string; n: number }>) {
    return results.length;
  }
  async p_async(results: Results<number>) {
    return results.length;
  }
  p_numerr(results: Array<number | Error>) {
    return results.length;
  }
  p_alike(results: ArrayLike<number | Error>) {
    return results.length;
  }
  p_map(results: Results<[string, number]>) {
    return new Map(results.filter((e): e is [string, number] => !(e instanceof Error)));
  }
}
