import {
  Batch,
  type Column,
  Dataset,
  type Dense,
  type Id,
  type Item,
  inbatchParallel,
  into,
  type Kernel,
  type Parallel,
  partial,
  type Ragged,
  type Results,
  rows,
  run,
  type TypedArray,
} from "nogil";
import { row } from "./batch.js";
import { above, at, beats, count, long, peak, standardize } from "./kernels.js";

type Num = number;
type Vec = Float64Array;
type Maybe<T> = T | null | undefined;
export async function more(rows0: Vec[], m: Map<string, Vec>, ids: string[], o: Record<string, Vec>) {
  await run(
    peak,
    ids.map((id) => m.get(id)!),
  );
  await run(peak, Object.values(o));
  await run(
    peak,
    Object.entries(o).map(([, v]) => v),
  );
  await run(
    peak,
    rows0.flatMap((r) => [r, r]),
  );
  await run(peak, rows0.slice(1));
  await run(peak, [...rows0, row]);
  await run(peak, rows0.concat([row]));
  await run(peak, await Promise.all([1].map(async () => row)));
  await run(peak, { [Symbol.iterator]: () => rows0.values() });
  await run(
    at,
    rows0.map((x, i) => [x, i, 2] as const),
  );
  await run(
    at,
    rows0.map((x, i): [Vec, Num] => [x, i]),
    { workers: 2 },
  );
  const res = await run(standardize, rows0);
  void res.failures;
  const res2 = await run(long, [1n]);
  const big: bigint[] = res2.filter((x) => typeof x === "bigint") as bigint[];
  void big;
  const flags: Results<boolean> = await run(above, [1]);
  void flags;
  const vs: Results<number> = await run<typeof peak>(peak, rows0);
  void vs;
  const all: Array<Promise<Results<any>>> = [run(peak, rows0), run(beats, rows0), run(count, rows0)];
  await Promise.all(all);
  const [a, b] = await Promise.all([run(peak, rows0), run(beats, rows0)]);
  void a.length;
  void b.length;
  const pairs = rows0.map((x) => [x, row]);
  await run((x: Vec, y: Vec) => x.length + y.length, pairs);
  const objs = rows0.map((x, i) => ({ x, floor: i % 2 ? 1 : undefined }));
  await run(peak, objs);
  const withNull: Maybe<number>[] = [1];
  await run((x: Maybe<number>) => x, withNull);
  const cb = (x: Vec, floor = 0) => x.length + floor;
  await run(cb, rows0);
  await run(cb, rows0, { args: [1] });
  const ext = { x: row, floor: 1, ["fl" + "oor"]: 2 };
  await run(peak, [ext]);
  const l: readonly [Vec, ...Vec[]] = [row];
  await run(peak, l);
  const u8 = new Uint8Array(3);
  await run((x: number) => x, u8);
  await run((x: number) => x, new Float32Array(2));
  await run((x: string) => x, new Set("abc"));
  await run((c: string) => c, [..."abc"]);
  type F = (x: Vec) => number;
  const fs: F[] = [];
  for (const f of fs) await run(f, rows0);
  const fm: Record<string, F> = {};
  await run(fm.a, rows0);
  const maybeK: Kernel | undefined = peak;
  if (maybeK) await run(maybeK, rows0);
  try {
    await run(peak, rows0, { signal: AbortSignal.timeout(5), timeout: 5, workers: 1, debug: true });
  } catch {}
}
export class Base<I extends Id = Id> extends Batch<{ x: Ragged<"f64">; n: Dense<"f64"> }, I> {
  protected scale = 2;
  #secret = 1;
  static override module = import.meta.url;
  protected pre() {
    return this.indices.map((id) => [id, this.scale] as const);
  }
  @inbatchParallel({ init: rows("x") }) m1(x: Item<Vec>) {
    return x.length * this.scale + this.#secret;
  }
  @inbatchParallel({ init: "indices" }) m2(id: Item<I>) {
    return id;
  }
  @inbatchParallel({ init: "indices" }) m3(id: Item<Id>) {
    return id;
  }
  @inbatchParallel({ init: "indices" }) m4(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: into("n") }) m5(id: Item<I>) {
    return Number(id);
  }
  @inbatchParallel({ init: "indices", post: "p" }) m6(id: Item<I>) {
    return [id] as [I];
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "q" }) m7() {
    return beats;
  }
  @inbatchParallel({ init: rows("x"), target: "nogil", post: "s" }) m8() {
    return peak;
  }
  @inbatchParallel({ init: rows("x", "n"), target: "nogil" }) m9(lead?: number) {
    return lead ? partial(at, { lead }) : at;
  }
  @inbatchParallel({ init: rows("x"), post: into("n", { fill: Number.NaN }) }) m10(x: Item<Vec>) {
    if (!x.length) throw new Error();
    return x[0];
  }
  @inbatchParallel({ init: rows("x"), post: into("x", { fill: new Float64Array(0) }) }) m11(x: Item<Vec>) {
    return x;
  }
  @inbatchParallel({ init: rows("x"), post: into("n") }) m12(x: Item<Vec>) {
    return x.reduce((a, b) => a + b);
  }
  @inbatchParallel({ init: rows("x"), post: into("n") }) m13(x: Item<Vec>) {
    return (x.length > 1 ? 1 : 0) as 0 | 1;
  }
  @inbatchParallel({ init: rows("x"), post: into("n") }) m14(x: Item<Vec>, f: (n: number) => number) {
    return f(x.length);
  }
  @inbatchParallel({ init: rows("x"), post: into("n") }) m15(x: Item<Vec>, f: any) {
    return f(x.length);
  }
  p(r: Results<[I]>) {
    return r;
  }
  q(r: Results<Float32Array>, ...rest: unknown[]) {
    return [r, rest];
  }
  s(r: Iterable<number | Error>, { a = 1 } = {}) {
    return [r, a];
  }
}
export class S extends Base<string> {
  override m4(id: Item<string>) {
    return id;
  }
  @inbatchParallel({ init: "indices", post: "q2" }) z(id: Item<string>) {
    return id.length;
  }
  q2(results: Results<number>) {
    return results;
  }
  get chain() {
    return this.q2;
  }
}
export class N extends Base<number> {
  @inbatchParallel({ init: "indices" }) z(id: Item<number>) {
    return id + 1;
  }
}
export const ds = new Dataset(["a"], S);
export async function pipe() {
  const b = S.from(["a"]);
  await b.m9();
  await b.m9(1);
  await b.m14((n) => n);
  await b.m2();
  await ds.pipeline().m10().run({ batchSize: 2 });
}
export async function generic<B extends Base<any>>(b: Parallel<B>, c: B) {
  return [b, c];
}
export class Wide extends Batch<{ [name: string]: Column }, string> {
  @inbatchParallel({ init: rows("q"), target: "nogil", post: into("w") }) b() {
    return peak;
  }
  @inbatchParallel({ init: rows("q") }) c(q: Item<Float64Array>) {
    return q;
  }
  @inbatchParallel({ init: rows("q"), post: into("w") }) d(q: Item<Float64Array>) {
    return q;
  }
}
export class Loose extends Batch<Record<string, any>, number> {
  @inbatchParallel({ init: rows("q", "r"), target: "nogil", post: into("w") }) b() {
    return at;
  }
  @inbatchParallel({ init: rows("q"), post: into("w") }) d(q: Item<TypedArray>) {
    return q;
  }
}
export class Opt extends Batch<{ x?: Ragged<"f64">; n?: Dense<"f64">; l?: string[] }, string> {
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") }) b() {
    return peak;
  }
  @inbatchParallel({ init: rows("x"), post: into("n") }) c(x: Item<Float64Array>) {
    return x.length;
  }
  @inbatchParallel({ init: rows("x"), post: into("l") }) d(x: Item<Float64Array>) {
    return String(x.length);
  }
  @inbatchParallel({ init: rows("x"), post: into("x") }) e(x: Item<Float64Array>) {
    return x;
  }
}
export class Fields extends Batch<{ x: Ragged<"f64">; n: Dense<"f64"> }, string> {
  a = inbatchParallel({ init: rows("x"), post: into("n") }, (x: Item<Float64Array>) => x.length);
  b = inbatchParallel({ init: "indices" }, function (this: Fields, id: Item<string>, k: number) {
    return id + k;
  });
  c = inbatchParallel({ init: "indices" }, async (id: Item<string>) => id);
  d = inbatchParallel({ init: rows("x"), target: "nogil" }, () => peak);
  e = inbatchParallel({ init: "indices", post: "done" }, (id: Item<string>) => id);
  f = inbatchParallel({ init: "gen", post: (r) => r.length }, (a: Item<number>) => a);
  g = inbatchParallel({ init: "indices" }, (id: any) => id);
  h = inbatchParallel({ init: "indices" }, (id) => id);
  i = inbatchParallel({ init: () => [1], target: "for" }, (x: Item<number>) => x);
  done(r: Results<string>) {
    return r.length;
  }
  gen() {
    return [1];
  }
}
