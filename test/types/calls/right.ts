import {
  action,
  Batch,
  columns,
  Dataset,
  type Dense,
  exported,
  type Item,
  inbatchParallel,
  into,
  invocation,
  type Kernel,
  lazy,
  type Parallel,
  type Partial,
  partial,
  type Ragged,
  type Results,
  type RunArguments,
  rows,
  run,
} from "nogil";
import { batch, type Components, either, row, row32, Signals } from "./batch.js";
import {
  above,
  at,
  beats,
  bytes,
  count,
  invert,
  long,
  longs,
  peak,
  standardize,
  unknown,
  unnamed,
  whole,
} from "./kernels.js";

// types that are equal, in both directions
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_yes: Same<A, B>) => {};

export async function ofRun() {
  const numbers = await run(peak, [row]);
  same<typeof numbers, Results<number>>(true);
  same<number, Awaited<ReturnType<typeof ofKernel<typeof peak>>>[number] extends number | Error ? number : 0>(
    true,
  );
  const arrays = await run(beats, [row, row], { workers: 2, timeout: 5 });
  same<typeof arrays, Results<Float32Array>>(true);
  const strings = await run(async (x: number) => String(x), [1], { target: "for" });
  same<typeof strings, Results<string>>(true);
  await run(peak, [[row, 1], [row]]);
  await run(peak, [[row], [row]], { args: [1] });
  await run(at, [[row, 1]]);
  await run(at, [[[row], { fs: 1 }]]);
  await run(at, [row], { args: [{ fs: 1 }] });
  await run(at, [row], { args: [1, { lead: 1 }] });
  await run(at, [{ x: row, fs: 1 }]);
  await run(at, [{ x: row }, { x: row, lead: 2 }], { args: [{ fs: 1 }] });
  await run(peak, [row], { args: [{ floor: undefined }] });
  await run(peak, [row], { args: [{ other: undefined }] });
  await run(partial(at, { fs: 1 }), [row]);
  await run(partial(at, { fs: 1 }), [row], { args: [{ fs: 2, lead: 1 }] });
  await run(partial(at, { x: row, fs: 1 }), [[], []]);
  await run(long, [1n, 2]);
  await run(long, new BigInt64Array(3));
  await run(long, batch.data.l);
  await run(longs, [new BigInt64Array(1)]);
  await run(longs, [[[1n, 2]]]);
  await run(bytes, [new Uint8ClampedArray(2), Buffer.from([1]), new Uint8Array(1)]);
  await run(invert, [true, false]);
  await run(invert, batch.data.u);
  await run(whole, batch.data.i);
  await run(whole, new Int32Array(2));
  await run(above, new Set([1, 2]));
  await run(peak, batch.data.x);
  await run(peak, batch.data.column);
  await run(peak, batch.data.any);
  await run(peak, batch.rows("x", "n"));
  await run(peak, batch.rows("any", "any"));
  await run(peak, batch.rows("x").blocks(5));
  await run(peak, batch.rows("n").blocks(5));
  await run(peak, [...batch.rows("x")]);
  await run(bytes, batch.rows("image"));
  await run(above, batch.rows("maybe"));
  await run(unnamed, [row], { args: [{ floor: 1 }] });
  await run(unknown, [row, "x", { z: 1 }], { args: [{ z: 1 }] });
  await run(peak, [invocation([row], { floor: 1 }), invocation([row])]);
  await run(peak, [[[1, 2, 3]]]);
  await run(
    peak,
    arrays.map(() => row),
  );
  await run(peak, await run(standardize, [row]).then(() => [row]));
  const doubles = await run((x: number) => Float64Array.of(x), [1]);
  await run(peak, doubles);
  await run((x: number[], s: string) => s + x.length, [[[1, 2], "a"]], { target: "for" });
  await run((named: { a: number }) => named.a, [{ a: 1 }]);
  await run((...all: number[]) => all.length, [[1, 2, 3]]);
  await run((x?: number) => x, [[], [1]]);
  await run(<T>(x: T) => x, [1, "a"]);
  await run(over, [1, "1"]);
  await run(exported(new URL("file:///a.js"), "f"), [row, "a"], { args: [1, { a: 1 }] });
  await run(exported<(x: Float64Array) => number>("package", "f"), [row]);
  await run(
    partial((a: string, x: Float64Array) => a + x.length, "a"),
    [row],
  );
  const nested: Float64Array[][] = [[row]];
  await run(peak, nested);
  const mixed: (Float64Array | number)[][] = [[row, 1]];
  await run(peak, mixed);
  const anything: unknown[] = [];
  await run(peak, anything, { args: anything });
  await run(peak, JSON.parse("[]"), JSON.parse("{}"));
  const options: RunArguments = { args: [{ floor: 1 }], workers: 1 };
  await run(peak, [row], options);
  await run<typeof peak>(peak, [row], {});
  await run(unknown as any, [row], {});
  await run(either ? peak : count, [row]);
  for (const kernel of [peak, count]) await run(kernel, [row]);
  for (const kernel of Object.values({ peak, standardize, beats })) await run(kernel, [row]);
}

export const ofKernel = async <K extends Kernel>(kernel: K) => run(kernel, [row], { args: [{ any: 1 }] });
export const ofRows = async <T extends Float64Array>(list: T[]) => run(peak, list);
export const ofColumn = async <C extends Ragged<"f64">>(column: C) => run(peak, column);

function over(x: number): number;
function over(x: string): string;
function over(x: unknown) {
  return x;
}

export function ofPartial() {
  const bound = partial(peak, { floor: 1 });
  same<typeof bound, Partial<typeof peak, [{ floor: number }]>>(true);
  const named: Record<string, unknown> = {};
  return [
    partial(at, { fs: 1 }),
    partial(peak, named),
    partial(peak, { floor: JSON.parse("1") }),
    partial(unknown, { any: 1 }),
    partial(unnamed, { floor: 1 }),
    partial((a: string, named: { b: number }) => a + named.b, "a", { b: 1 }),
    partial(over, "a"),
    [peak, count].map((kernel) => partial(kernel, { x: row })),
  ];
}

export class Whole extends Batch<Components, string> {
  static override module = import.meta.url;
  seen: string[] = [];

  @action
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  kernel() {
    return peak;
  }

  @inbatchParallel({ init: rows("x", "n"), target: "nogil" })
  rowsAndNumbers() {
    return at;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  open({ fs = 1 } = {}) {
    return partial(at, { fs });
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  given(_fs: number) {
    return at;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  named(_named: { fs: number }) {
    return at;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  async one({ floor = 1 } = {}) {
    await undefined;
    return either ? peak : partial(peak, { floor });
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  maybe() {
    return either ? peak : undefined;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  declared(): Kernel {
    return peak;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  loose(): any {
    return peak;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  never(): never {
    throw new Error("never");
  }

  @inbatchParallel({ init: rows("x").blocks(10), target: "nogil" })
  blocks() {
    return peak;
  }

  @inbatchParallel({ init: columns("n"), target: "nogil" })
  column() {
    return standardize;
  }

  @inbatchParallel({ init: rows("u"), target: "nogil", post: into("u") })
  flags() {
    return invert;
  }

  @inbatchParallel({ init: rows("i"), target: "nogil", post: into("i") })
  wholes() {
    return whole;
  }

  @inbatchParallel({ init: rows("l"), target: "nogil", post: into("l") })
  longs() {
    return long;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("y") })
  arrays() {
    return beats;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("n", { fill: Number.NaN }) })
  filled() {
    return peak;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("any") })
  any() {
    return beats;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("column") })
  some() {
    return unnamed;
  }

  @inbatchParallel({ init: rows("x"), target: "nogil", post: "keep" })
  kept() {
    return standardize;
  }

  @inbatchParallel({ init: "indices", post: into("label") })
  strings(id: Item<string>) {
    return id.trim();
  }

  @inbatchParallel({ init: "indices", post: into("flags"), target: "async" })
  async booleans(id: Item<string>) {
    return id === "a";
  }

  @inbatchParallel({ init: "indices", post: into("n"), target: "for" })
  numbers(id: Item<string>) {
    return id.length;
  }

  @inbatchParallel({ init: "indices", post: into("maybe") })
  numbersOrNone(id: Item<string>) {
    return id ? id.length : null;
  }

  @inbatchParallel({ init: "indices", post: into("n") })
  failing(id: Item<string>) {
    return id ? id.length : new Error(id);
  }

  @inbatchParallel({ init: "paths", post: "collect", strict: true })
  files(path: Item<string>, threshold: number) {
    return path.length > threshold ? "long" : "short";
  }

  @inbatchParallel({ init: "pairs" })
  pair(id: Item<string>, scale: number, { left }: { left: Item<number>; right: number }) {
    return id.length + left * scale;
  }

  @inbatchParallel({ init: rows("x", "label") })
  items(x: Item<Float64Array>, label: Item<string>, scale = 1) {
    return x.length + label.length * scale;
  }

  @inbatchParallel({ init: "indices" })
  unknown(id: Item<unknown>) {
    return id;
  }

  @inbatchParallel({ init: "indices" })
  unmarked(id: any, extra: number) {
    return id.length + extra;
  }

  @inbatchParallel({ init: "seen", post: (results) => results.length })
  property(id: Item<string>) {
    return id;
  }

  @inbatchParallel({
    init(this: Whole) {
      return this.indices.map((id) => [id, 1] as const);
    },
    post: (results: Results<number>) => results.length,
  })
  inline(id: Item<string>, n: Item<number>) {
    return id.length + n;
  }

  @inbatchParallel({ init: "generated", post: "unknowns" })
  generator(id: Item<string>) {
    return { id };
  }

  @inbatchParallel({ init: "later" })
  promised(id: Item<string>) {
    return id;
  }

  @inbatchParallel({ init: rows("x"), target: "mpc", post: into("label") })
  process() {
    return partial((x: Float64Array, { width }: { width: number }) => String(x.length * width), { width: 2 });
  }

  @inbatchParallel({ init: "blocksByHand", target: "nogil" })
  byHand() {
    return peak;
  }

  pairs() {
    return this.indices.map((id) => [[id], { left: 1 }]);
  }

  *generated() {
    yield* this.indices;
  }

  async later() {
    return this.indices;
  }

  blocksByHand() {
    return this.rows("x")
      .blocks(2)
      .map(({ positional }) => invocation(positional, { floor: 1 }));
  }

  collect(results: Results<string>, threshold: number, { strict }: { strict: boolean }) {
    this.seen = [...results, threshold, strict].map(String);
    return this;
  }

  keep(results: Results<undefined>) {
    this.seen = results.map(String);
  }

  unknowns(results: readonly unknown[]) {
    this.seen = results.map(String);
  }
}

export class Sub extends Whole {
  @action
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  override kernel() {
    return peak;
  }

  @inbatchParallel({ init: "indices", post: "collect" })
  inherited(id: Item<string>, _threshold: number) {
    return id.trim();
  }
}

export abstract class Base<C extends object, R extends string | number> extends Batch<C, R> {
  abstract theKernel(): Kernel;

  @inbatchParallel({ init: "entries", target: "nogil" })
  all() {
    return this.theKernel();
  }

  @inbatchParallel({ init: "indices", post: "keep" })
  ids(id: Item<R>) {
    return String(id);
  }

  entries(): unknown[] {
    return [...this.indices];
  }

  keep(_results: Results<string>) {}
}

export class Generic<C extends { x: Ragged<"f64">; n: Dense<"f64"> }> extends Batch<C, string> {
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") })
  peaks() {
    return peak;
  }

  @inbatchParallel({ init: "indices", post: into("n") })
  lengths(id: Item<string>) {
    return id.length;
  }

  ragged() {
    return this.rows("x");
  }
}

export class More<C extends object> extends Batch<C & { x: Ragged<"f64">; n: Dense<"f64"> }, string> {
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") })
  peaks() {
    return peak;
  }
}

export class Untyped extends Batch {
  @action
  @inbatchParallel({ init: rows("x"), target: "nogil", post: into("peaks") })
  peaks() {
    return peak;
  }

  @inbatchParallel({ init: "indices", post: into("anything") })
  lengths(id: Item<string | number>) {
    return String(id);
  }
}

export class Any extends Batch<any, any> {
  @inbatchParallel({ init: rows("x", "y"), post: into("z") })
  method(x: Item<Float64Array>, y: Item<number>) {
    return x.length + y;
  }

  field = inbatchParallel({ init: rows("x"), post: into("z"), target: "nogil" }, () => peak);
  other = inbatchParallel({ init: "indices", post: "method" as string }, (id: Item<string>) => id);
}

export class Fields extends Batch<Components, string> {
  lengths = inbatchParallel(
    { init: "indices", post: "sum" },
    function (this: Fields, id: Item<string>, extra: number) {
      return id.length + extra;
    },
  );
  count = inbatchParallel(
    { init: rows("n"), post: (results: Results<number>) => results.length },
    (n: Item<number>) => n,
  );
  peaks = inbatchParallel({ init: rows("x"), post: into("n"), target: "nogil" }, function (this: Fields) {
    return peak;
  });
  posted = inbatchParallel(
    { init: rows("x"), post: (results) => results.length, target: "nogil" },
    () => peak,
  );

  sum(results: Results<number>) {
    return results.length;
  }
}

export async function ofBatches(fields: Parallel<Fields>, whole: Parallel<Whole>) {
  same<typeof fields.lengths, import("nogil").ParallelMethod<[extra: number], number>>(true);
  same<Awaited<ReturnType<typeof fields.count>>, number>(true);
  same<typeof batch.classify, (threshold: number) => Promise<Parallel<Signals>>>(true);
  same<Parameters<typeof whole.pair>, [scale: number, named: { right: number }]>(true);
  await whole.pair(1, { right: 2 });
  await batch.findPeaks();
  await batch.findPeaks({ floor: 1 });
  await batch.with({ target: "for", timeout: 1 }).classify(1);
  await batch.with({ inFlight: 3, retry: 2 }).classify(1);
  const when = (error: Error, item: number) => error.name !== "TypeError" && item > 0;
  await batch.with({ retry: { times: 3, delay: 100, backoff: 1, jitter: 1, when } }).classify(1);
  await batch.with({ retry: { times: 3, when: ({ message }, item) => message.length > item } }).classify(1);
  const numbers: Dense<"f64"> = batch.allocate("n", { dtype: "f64" });
  const ragged: Ragged<"f64"> = batch.allocate("x", { dtype: "f64", shapes: [1] });
  const image: Dense<"u8", [2, 3]> = batch.allocate("image", { dtype: "u8", shape: [2, 3] });
  const sizes: number[] = [2, 3];
  const sized: Dense<"u8", number[]> = batch.allocate("image", { dtype: "u8", shape: sizes });
  batch.allocate("image", { dtype: "u8", shapes: [[1, 2]], values: [new Uint8Array(2)] });
  batch.allocate("any", { dtype: either ? "u8" : "f32" });
  batch.allocate("column", { dtype: "i8", shape: [3], values: new Int8Array(3) });
  batch.allocate("maybe", { dtype: "f64" });
  batch.set({ n: [1, 2], x: [row], y: [row32], maybe: [1, null], label: ["a"] });
  const job = new Dataset(["a"], Signals).pipeline();
  job.findPeaks({ floor: lazy((each) => each.length) }).classify(lazy(() => 1));
  job.with({ timeout: 5 }).findPeaks();
  return [numbers, ragged, image, sized];
}
