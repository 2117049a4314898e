import {
  Batch,
  type Column,
  type Component,
  columns,
  type Dense,
  type Item,
  inbatchParallel,
  into,
  type Kernel,
  type Parallel,
  type Ragged,
  type Results,
  rows,
  run,
} from "nogil";
import { type Components, either, row, type Signals } from "./batch.js";
import { above, beats, peak } from "./kernels.js";

class A extends Batch<Components, string> {}
export abstract class Abs<
  C extends { x: Ragged<"f64"> } = { x: Ragged<"f64"> },
  I extends string | number = string,
> extends Batch<C, I> {
  abstract compute(id: I): number;
  abstract kernel(): Kernel;
  @inbatchParallel({ init: "indices" }) run1(id: Item<I>) {
    return this.compute(id);
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) run2() {
    return this.kernel();
  }
  @inbatchParallel({ init: rows("x"), target: "nogil" }) run3() {
    return peak;
  }
  @inbatchParallel({ init: rows("x") }) run4(x: Item<Float64Array>) {
    return x.length;
  }
  @inbatchParallel({ init: "mine" }) run5(x: Item<number>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: "done" }) run6(x: Item<Float64Array>) {
    return x.length;
  }
  abstract mine(): Iterable<number>;
  done(results: Results<number>) {
    return results.length;
  }
}
export class Con extends Abs {
  compute(id: string) {
    return id.length;
  }
  kernel() {
    return peak;
  }
  mine() {
    return [1];
  }
}
export class Gen1<T extends "f32" | "f64"> extends Batch<{ x: Ragged<T> }, string> {
  @inbatchParallel({ init: rows("x"), target: "nogil" }) a() {
    return peak;
  }
  @inbatchParallel({ init: rows("x") }) b(x: Item<Float64Array | Float32Array>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("x") }) c(x: Item<unknown>) {
    return x;
  }
}
export class Gen2<L extends string> extends Batch<{ label: L[] }, string> {
  @inbatchParallel({ init: rows("label") }) a(l: Item<L>) {
    return l.length;
  }
  @inbatchParallel({ init: rows("label"), post: into("label") }) b(l: Item<L>) {
    return l;
  }
  @inbatchParallel({ init: rows("label"), post: "post" }) c(l: Item<L>): L {
    return l;
  }
  post(r: Results<L>) {
    return r;
  }
}
export class Gen3<C extends Record<string, any>> extends Batch<C> {
  @inbatchParallel({ init: rows("x"), target: "nogil" }) a() {
    return peak;
  }
  @inbatchParallel({ init: rows("x") }) b(x: Item<Float64Array>) {
    return x;
  }
}
export class Gen4<C extends object> extends Batch<C & { x: Ragged<"f64"> }> {
  @inbatchParallel({ init: rows("x"), target: "nogil" }) a() {
    return peak;
  }
  @inbatchParallel({ init: "indices" }) b(id: Item<string | number>) {
    return id;
  }
  @inbatchParallel({ init: rows("x") }) c(x: Item<Float64Array>) {
    return x;
  }
}
export class AnyB extends Batch<any, any> {
  @inbatchParallel({ init: "indices" }) a(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: rows("q"), target: "nogil", post: into("w") }) b() {
    return peak;
  }
}
export class AnyX extends Batch<{ x: any }> {
  @inbatchParallel({ init: "indices" }) a(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices" }) a2(id: Item<number>) {
    return id;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("x") }) b() {
    return beats;
  }
  @inbatchParallel({ init: rows("x") }) c(x: Item<Float32Array>) {
    return x;
  }
  @inbatchParallel({ init: columns("x") }) d(x: Item<Float32Array>) {
    return x;
  }
  @inbatchParallel({ init: "indices", target: "nogil" }) e() {
    return above;
  }
}
export class Un extends Batch {
  @inbatchParallel({ init: "indices", target: "nogil", post: into("r") }) e() {
    return above;
  }
  @inbatchParallel({ init: "indices" }) f(id: Item<number>) {
    return id;
  }
  @inbatchParallel({ init: rows("a", "b") }) g(a: Item<number>, b: Item<Float32Array>) {
    return a + b.length;
  }
}
export class Comp extends Batch<
  {
    x: Column<"f64">;
    y: Component;
    z: Dense<"f32" | "f64">;
    w: Ragged<"f64"> | Dense<"f64", [number]>;
    v?: Dense<"f64">;
    d: Date[];
    o: { a: number }[];
  },
  number
> {
  @inbatchParallel({ init: rows("x"), target: "nogil" }) a() {
    return peak;
  }
  @inbatchParallel({ init: rows("y"), target: "nogil" }) b() {
    return peak;
  }
  @inbatchParallel({ init: rows("z"), target: "nogil" }) c() {
    return above;
  }
  @inbatchParallel({ init: rows("w"), target: "nogil" }) d() {
    return peak;
  }
  @inbatchParallel({ init: rows("v"), target: "nogil" }) e() {
    return above;
  }
  @inbatchParallel({ init: rows("d") }) f(d: Item<Date>) {
    return d.getTime();
  }
  @inbatchParallel({ init: rows("o") }) g(o: Item<{ a: number }>) {
    return o.a;
  }
  @inbatchParallel({ init: rows("x"), post: into("y") }) h(x: Item<Float64Array>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) i(x: Item<Float64Array>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) j(x: Item<number>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("v") }) k(x: Item<number>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("w") }) l(x: Item<Float64Array>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("d") }) m(x: Item<number>) {
    return new Date(x);
  }
  @inbatchParallel({ init: rows("x"), post: into("o") }) n(x: Item<number>) {
    return { a: x };
  }
  @inbatchParallel({ init: rows("x"), post: into("o") }) o(x: Item<number>) {
    return { a: x, b: 1 };
  }
  @inbatchParallel({ init: rows("x"), post: into("z") }) p(x: Item<number>) {
    return x;
  }
  @inbatchParallel({ init: rows("v"), post: into("v") }) q(x: Item<number>) {
    return x;
  }
}
type Ctor<B> = new (...args: any[]) => B;
export function Mixin<T extends Ctor<Batch<any, any>>>(Base: T) {
  return class extends Base {
    @inbatchParallel({ init: rows("x"), target: "nogil" }) mixed() {
      return peak;
    }
    @inbatchParallel({ init: "indices" }) mixed2(id: Item<string>) {
      return id;
    }
    @inbatchParallel({ init: "indices", post: "mpost" }) mixed3(id: Item<string>) {
      return id.length;
    }
    mpost(r: Results<number>) {
      return r.length;
    }
  };
}
export function Mixin2<T extends Ctor<Batch<{ x: Ragged<"f64"> }, string>>>(Base: T) {
  return class extends Base {
    @inbatchParallel({ init: rows("x"), target: "nogil" }) mixed() {
      return peak;
    }
    @inbatchParallel({ init: "indices" }) mixed2(id: Item<string>) {
      return id;
    }
  };
}
export class Mixed extends Mixin(A) {}
export class Mixed2 extends Mixin2(class extends Batch<{ x: Ragged<"f64"> }, string> {}) {}
export const factory = <C extends object>() =>
  class extends Batch<C> {
    @inbatchParallel({ init: "indices" }) m(id: Item<string | number>) {
      return id;
    }
  };
export function make(name: string) {
  class Named extends Batch<Components, string> {
    @inbatchParallel({ init: rows(name as "x"), target: "nogil" }) a() {
      return peak;
    }
    @inbatchParallel({ init: rows(name as any), target: "nogil" }) b() {
      return peak;
    }
    @inbatchParallel({ init: "indices", post: into(name as any) }) c(id: Item<string>) {
      return id;
    }
    @inbatchParallel({ init: name, post: name }) d(id: Item<string>) {
      return id;
    }
  }
  return Named;
}
export function alloc(b: Parallel<Signals>, sizes: number[], n: number) {
  b.allocate("image", { dtype: "u8", shape: [n, n] as [number, number] as any });
  b.allocate("x", { dtype: "f64", shapes: sizes });
  b.allocate("x", { dtype: "f64", shapes: b.indices.map(() => n) });
  b.allocate("n", { dtype: "f64", values: row });
  b.allocate("n", { dtype: "f64", shape: [] });
  b.allocate("any", { dtype: "f32", shape: sizes });
  b.allocate("x", { dtype: "f64", shapes: either ? sizes : [1] });
  b.allocate("n", { dtype: "f64", shape: sizes });
  b.allocate("x", { dtype: "f64", shape: [3] });
  b.allocate("maybe", { dtype: "f64" });
  b.allocate("column", { dtype: "f64", shape: [n] });
  const how = { dtype: "f64", shapes: [1] } as const;
  b.allocate("x", how);
  const how2: { dtype: "f64"; shapes: number[] } = { dtype: "f64", shapes: [1] };
  b.allocate("x", how2);
}
export function gen<B extends Batch<{ n: Dense<"f64"> }, any>>(b: B) {
  return b.allocate("n", { dtype: "f64" });
}
export function gen2<B extends Batch<any, any>>(b: B) {
  b.allocate("n", { dtype: "f64" });
  return run(peak, b.rows("x"));
}
export function gen3<C extends { n: Dense<"f64"> }>(b: Batch<C, string>) {
  return b.length;
}
export function gen4(b: Batch) {
  b.allocate("z", { dtype: "u8", shape: [2] });
  return run(peak, b.rows("x"));
}
export function gen5(b: Pick<Parallel<Signals>, "rows" | "data">) {
  return run(peak, b.rows("x"));
}
