import { Batch, exported, type Invocation, type Item, inbatchParallel, invocation, partial } from "nogil";
import { type Components, either } from "./batch.js";
import { at, peak } from "./kernels.js";

export class A extends Batch<Components, string> {
  cache = new Map<string, number>();
  // inits by hand
  i1() {
    return [
      [[1, 2], [3]],
      [[4], [5]],
    ];
  }
  @inbatchParallel({ init: "i1" }) g1(a: Item<number[]>, b: Item<number[]>) {
    return a.length + b.length;
  }
  i2() {
    return this.indices.map((id) => ({ id, n: 1 }));
  }
  @inbatchParallel({ init: "i2" }) g2({ id, n }: { id: Item<string>; n: Item<number> }) {
    return id + n;
  }
  @inbatchParallel({ init: "i2" }) g3({
    id,
    n,
    scale,
  }: {
    id: Item<string>;
    n: Item<number>;
    scale: number;
  }) {
    return id + n * scale;
  }
  i3() {
    return this.indices.map((id) => invocation([id], { n: 1 }));
  }
  @inbatchParallel({ init: "i3" }) g4(id: Item<string>, { n }: { n: Item<number> }) {
    return id + n;
  }
  async i4() {
    return this.indices.map((id) => [id, 1] as [string, number]);
  }
  @inbatchParallel({ init: "i4" }) g5(id: Item<string>, n: Item<number>) {
    return id + n;
  }
  i5(scale: number) {
    return this.indices.map((id) => [id, scale]);
  }
  @inbatchParallel({ init: "i5" }) g6(id: Item<string>, n: Item<number>) {
    return id + n;
  }
  *i6(): Generator<[string, number]> {
    yield ["a", 1];
  }
  @inbatchParallel({ init: "i6" }) g7(id: Item<string>, n: Item<number>) {
    return id + n;
  }
  i7(): any {
    return [];
  }
  @inbatchParallel({ init: "i7" }) g8(id: Item<string>, n: Item<number>) {
    return id + n;
  }
  i8(): unknown {
    return [];
  }
  @inbatchParallel({ init: "i8" }) g9(id: Item<string>) {
    return id;
  }
  i9(): Iterable<Invocation> {
    return [];
  }
  @inbatchParallel({ init: "i9" }) g10(id: Item<string>) {
    return id;
  }
  i10(): unknown[][] {
    return [];
  }
  @inbatchParallel({ init: "i10" }) g11(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "i10", target: "nogil" }) g12() {
    return peak;
  }
  get i11() {
    return this.indices;
  }
  @inbatchParallel({ init: "i11" }) g13(id: Item<string>) {
    return id;
  }
  i12() {
    return this.cache;
  }
  @inbatchParallel({ init: "i12" }) g14(id: Item<string>, n: Item<number>) {
    return id + n;
  }
  i13() {
    return this.data.x;
  }
  @inbatchParallel({ init: "i13", target: "nogil" }) g15() {
    return peak;
  }
  i14() {
    return this.rows("x", "n");
  }
  @inbatchParallel({ init: "i14", target: "nogil" }) g16() {
    return at;
  }
  @inbatchParallel({ init: "i14" }) g17(x: Item<Float64Array>, n: Item<number>) {
    return x.length + n;
  }
  i15() {
    return either ? this.indices : this.indices.map((id) => [id]);
  }
  @inbatchParallel({ init: "i15" }) g18(id: Item<string>) {
    return id;
  }
  i16() {
    return Array.from({ length: 4 }, (_, i) => i);
  }
  @inbatchParallel({ init: "i16" }) g19(i: Item<number>) {
    return i;
  }
  @inbatchParallel({ init: "i16" }) g20(i: Item<string | number>) {
    return i;
  }
  @inbatchParallel({ init: () => [1, 2] }) g21(i: Item<number>) {
    return i;
  }
  @inbatchParallel({
    init: function (this: A, n: number) {
      return this.indices.map((id) => [id, n]);
    },
  })
  g22(i: Item<string>) {
    return i;
  }
  @inbatchParallel({ init: async () => [1] }) g23(i: Item<number>) {
    return i;
  }
  @inbatchParallel({
    init(this: A) {
      return this.rows("x");
    },
    target: "nogil",
  })
  g24() {
    return peak;
  }
  i17(o: { begin: number }) {
    return this.indices.map((id) => [[id, o.begin], { w: 1 }]);
  }
  @inbatchParallel({ init: "i17" }) g25(
    id: Item<string>,
    begin: Item<number>,
    { w }: { w: Item<number>; begin: number },
  ) {
    return id + begin + w;
  }
  i18(): [string, { a: number }][] {
    return [];
  }
  @inbatchParallel({ init: "i18" }) g26(id: Item<string>, o: Item<{ a: number }>) {
    return id + o.a;
  }
  @inbatchParallel({ init: "indices" }) g27(id: Item<string>, ...rest: number[]) {
    return id + rest.length;
  }
  @inbatchParallel({ init: "indices" }) g28(id: Item<string>, a = 1, b?: string) {
    return id + a + b;
  }
  @inbatchParallel({ init: "indices" }) g29(id: Item<"a" | "b">) {
    return id;
  }
  @inbatchParallel({ init: "indices" }) g30(this: A, id: Item<string>) {
    return this.help(id);
  }
  @inbatchParallel({ init: "indices" }) g31(id: Item<string>): void {
    this.cache.set(id, 1);
  }
  @inbatchParallel({ init: "indices", target: "async" }) async g32(id: Item<string>) {
    await fetch(id, { signal: this.signal });
  }
  @inbatchParallel({ init: "paths", target: "async" }) async g33(path: Item<string>) {
    return path;
  }
  @inbatchParallel({ init: "indices", target: "mpc" }) g34() {
    return exported(import.meta.url, "x");
  }
  @inbatchParallel({ init: "indices", target: "mpc" }) g35() {
    return exported<(id: string) => number>(import.meta.url, "x");
  }
  @inbatchParallel({ init: "indices", target: "mpc" }) g36(n: number) {
    return partial((n: number, id: string) => id + n, n);
  }
  @inbatchParallel({ init: "indices", target: "mpc" }) g37() {
    return (id: string) => id.length;
  }
  help(this: A, id: string) {
    return id.length;
  }
}
