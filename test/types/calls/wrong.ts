import {
  Batch,
  columns,
  Dataset,
  type Dense,
  type Item,
  inbatchParallel,
  into,
  invocation,
  partial,
  type Results,
  rows,
  run,
  stream,
} from "nogil";
import { batch, either, Others, row, row32, Signals } from "./batch.js";
import { at, bytes, count, long, peak, standardize, unnamed } from "./kernels.js";

// each comment is in the first line of what the compiler says

export async function ofRun() {
  // @ts-expect-error "x" takes Float64Array, got Float32Array: peak(x: Float64Array, floor?: f64): f64
  await run(peak, [row32]);
  // @ts-expect-error "x" takes Float64Array, got Float32Array: peak(
  await run(peak, [row, row32]);
  // @ts-expect-error "x" takes Float64Array, got Float32Array: peak(
  await run(peak, [[row32, 1]]);
  // @ts-expect-error Float32Array fits no parameter: peak(
  await run(peak, [] as Float32Array[][]);
  // @ts-expect-error "x" takes Float64Array, got number: peak(
  await run(peak, [1, 2]);
  // @ts-expect-error "x" takes Float64Array, got number: peak(
  await run(peak, row);
  // @ts-expect-error "x" takes Float64Array, got a row of f32: peak(
  await run(peak, batch.data.y);
  // @ts-expect-error "x" takes Float64Array, got a number of f64: peak(
  await run(peak, batch.data.n);
  // @ts-expect-error "n" takes i64, got a number of f64: long(
  await run(long, batch.data.n);
  // @ts-expect-error "x" takes Float64Array, got a row of f32: peak(
  await run(peak, batch.rows("y"));
  // @ts-expect-error "floor" takes f64, got string: peak(
  await run(peak, batch.rows("x", "label"));
  // @ts-expect-error '"z"' is not assignable
  await run(peak, batch.rows("z"));
  // @ts-expect-error "x" takes Float64Array, got Float32Array: peak(
  await run(peak, batch.rows("y").blocks(2));
  // @ts-expect-error "floor" takes f64, got string: peak(
  await run(peak, [[row, "1"]]);
  // @ts-expect-error "floor" takes f64, got Float64Array: peak(
  await run(peak, [[row, row]]);
  // @ts-expect-error "floor" takes f64, got bigint: peak(
  await run(peak, [[row, 1n]]);
  // @ts-expect-error "n" takes i64, got string: long(
  await run(long, ["1"]);
  // @ts-expect-error "x" takes Uint8Array, got Int8Array: bytes(
  await run(bytes, [new Int8Array(1)]);
  // @ts-expect-error 3 arguments are too many: peak(
  await run(peak, [[row, 1, 2]]);
  // @ts-expect-error "fs" is missing: at(x: Float64Array, fs: f64, lead?: i32): f64
  await run(at, [row]);
  // @ts-expect-error "z" is not a parameter of peak(
  await run(peak, [{ z: row }]);
  // @ts-expect-error "flor" is not a parameter of peak(
  await run(peak, [[[row], { flor: 1 }]]);
  // @ts-expect-error "flor" is not a parameter of peak(
  await run(peak, [invocation([row], { flor: 1 })]);
  // @ts-expect-error Float32Array is passed where the kernel takes Float64Array
  await run(unnamed, [row32]);
  // @ts-expect-error "x" takes Uint8Array, got Float64Array: bytes(
  await run(either ? peak : bytes, [row]);
  // @ts-expect-error string is passed where the function takes number, as argument 0
  await run((x: number) => x, ["a"]);
  // @ts-expect-error Results<string>' is not assignable to type 'Results<number>'
  const numbers: Results<number> = await run((x: number) => String(x), [1]);
  return numbers;
}

export async function ofOptions() {
  // @ts-expect-error "flor" is not a parameter of peak(x: Float64Array, floor?: f64): f64
  await run(peak, [row], { args: [{ flor: 1 }] });
  const named = { flor: 1 };
  // @ts-expect-error "flor" is not a parameter of peak(
  await run(peak, [row], { args: [named] });
  // @ts-expect-error "floor" takes f64, got string: peak(
  await run(peak, [row], { args: [{ floor: "1" }] });
  // @ts-expect-error "floor" takes f64, got Float64Array: peak(
  await run(peak, [row], { args: [row] });
  // @ts-expect-error 3 arguments are too many: peak(
  await run(peak, [row], { args: [1, 2] });
  // @ts-expect-error "floor" is given twice, by position and by name: peak(
  await run(peak, [row], { args: [1, { floor: 1 }] });
  // @ts-expect-error "fs" is missing: at(
  await run(at, [row], { args: [{ lead: 1 }] });
  // @ts-expect-error "flor" is not a parameter of peak(
  await run(partial(peak, { floor: 1 }), [row], { args: [{ flor: 1 }] });
  // @ts-expect-error 'wokers' does not exist in type
  await run(peak, [row], { wokers: 2 });
  // @ts-expect-error '"nogl"' is not assignable
  await run(peak, [row], { target: "nogl" });
}

export function ofPartial() {
  // @ts-expect-error "flor" is not a parameter of peak(x: Float64Array, floor?: f64): f64
  partial(peak, { flor: 1 });
  const named = { flor: 1 };
  // @ts-expect-error "flor" is not a parameter of peak(
  partial(peak, named);
  // @ts-expect-error "floor" takes f64, got string: peak(
  partial(peak, { floor: "1" });
  // @ts-expect-error "x" takes Float64Array, got Float32Array: peak(
  partial(peak, { x: row32 });
  // @ts-expect-error partial() binds a kernel's parameters by name: pass one object
  partial(peak, row);
  // @ts-expect-error string is passed where the function takes number, as argument 0
  partial((x: number) => x, "a");
}

export class Inits extends Batch<Signals["data"], string> {
  list: string[] = [];
  private hidden = [1];

  // @ts-expect-error Component "z" does not exist
  @inbatchParallel({ init: rows("z"), target: "nogil" })
  a() {
    return peak;
  }

  // @ts-expect-error Component "z" does not exist
  @inbatchParallel({ init: columns("z"), target: "nogil" })
  b() {
    return peak;
  }

  // @ts-expect-error "x" takes Float64Array, got a row of f32: peak(
  @inbatchParallel({ init: rows("y"), target: "nogil" })
  c() {
    return peak;
  }

  // @ts-expect-error "x" takes Float64Array, got rows of f32: peak(
  @inbatchParallel({ init: rows("y").blocks(4), target: "nogil" })
  d() {
    return peak;
  }

  // @ts-expect-error "x" takes Float64Array, got rows of f32: peak(
  @inbatchParallel({ init: columns("y"), target: "nogil" })
  e() {
    return peak;
  }

  // @ts-expect-error "fs" is missing: at(
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  f() {
    return at;
  }

  // @ts-expect-error "fs" is missing: at(
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  g({ lead = 1 } = {}) {
    return partial(at, { lead });
  }

  // @ts-expect-error "indexes" does not exist: init names a method or property of the batch that is not private.
  @inbatchParallel({ init: "indexes" })
  h(_id: Item<string>) {}

  // @ts-expect-error "length" is number: init names a method
  @inbatchParallel({ init: "length" })
  i(_id: Item<string>) {}

  // @ts-expect-error "hidden" does not exist
  @inbatchParallel({ init: "hidden" })
  j(_id: Item<number>) {}

  // @ts-expect-error string is what init passes, and the method takes number.
  @inbatchParallel({ init: "indices" })
  k(_id: Item<number>) {}

  // @ts-expect-error string is what init passes, and the method takes number.
  @inbatchParallel({ init: "pairs" })
  l(_id: Item<string>, _n: Item<number>) {}

  // @ts-expect-error string is what init passes for each item: mark the parameter that takes it, Item<string>.
  @inbatchParallel({ init: "indices" })
  unmarked(_id: string, _threshold: number) {}

  // @ts-expect-error a row of f64 is what init passes for each item: mark the parameter that takes it
  @inbatchParallel({ init: rows("x") })
  unmarkedRow(_x: Float64Array) {}

  // @ts-expect-error number is what the method takes of each item, and init does not pass it.
  @inbatchParallel({ init: "ones" })
  m(_id: Item<string>, _n: Item<number>) {}

  // @ts-expect-error a row of f32 is what init passes, and the method takes Float64Array.
  @inbatchParallel({ init: rows("y") })
  n(_x: Item<Float64Array>) {}

  // @ts-expect-error "flor" is not a parameter of peak(
  @inbatchParallel({ init: "named", target: "nogil" })
  o() {
    return peak;
  }

  // @ts-expect-error "x" takes Float64Array, got string: peak(
  @inbatchParallel({ init: () => ["a"], target: "nogil" })
  p() {
    return peak;
  }

  // @ts-expect-error "x" takes Float64Array, got string: peak(
  @inbatchParallel({ init: "list", target: "nogil" })
  q() {
    return peak;
  }

  // @ts-expect-error string is passed where the function takes number, as argument 0
  @inbatchParallel({ init: "list", target: "mpc" })
  r() {
    return (x: number) => x;
  }

  pairs() {
    return this.indices.map((id) => [id, id] as const);
  }

  ones() {
    return this.indices.map((id) => [id] as const);
  }

  named() {
    return this.indices.map(() => invocation([row], { flor: this.hidden[0] }));
  }
}

export class Methods extends Batch<Signals["data"], string> {
  // @ts-expect-error number is returned, and a method of target "nogil" returns a kernel, or partial(kernel, …).
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  a() {
    return 1;
  }

  // @ts-expect-error undefined is returned, and a method of target "nogil" returns a kernel
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  b() {}

  // @ts-expect-error number is returned, and a method of target "nogil" returns a kernel
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  async c() {
    return either ? peak : 1;
  }

  // @ts-expect-error a function is returned, and a method of target "nogil" returns a kernel
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  d() {
    return (x: Float64Array) => x;
  }

  // @ts-expect-error partial(function, …) is returned, and a method of target "nogil" returns a kernel
  @inbatchParallel({ init: rows("x"), target: "nogil" })
  e() {
    return partial((x: Float64Array) => x);
  }

  // @ts-expect-error string is returned, and a method of target "mpc" returns a function, or partial(function, …).
  @inbatchParallel({ init: "indices", target: "mpc" })
  f() {
    return "a";
  }

  // @ts-expect-error A kernel is returned, and a method of target "mpc" returns a function
  @inbatchParallel({ init: rows("x"), target: "mpc" })
  g() {
    return peak;
  }

  // @ts-expect-error A kernel is returned, which target "threads" does not run: write target: "nogil".
  @inbatchParallel({ init: rows("x") })
  h() {
    return peak;
  }

  // @ts-expect-error '"cuda"' is not assignable
  j = inbatchParallel({ init: "indices", target: "cuda" }, (_id: Item<string>) => 1);
}

export class Posts extends Batch<Signals["data"], string> {
  kept: unknown[] = [];

  // @ts-expect-error "n" has numbers of f64, and each item returns string.
  @inbatchParallel({ init: "indices", post: into("n") })
  a(id: Item<string>) {
    return id.trim();
  }

  // @ts-expect-error "label" has an array of string, and each item returns number.
  @inbatchParallel({ init: "indices", post: into("label") })
  b(id: Item<string>) {
    return id.length;
  }

  // @ts-expect-error "y" has rows of f32, and each item returns Float64Array.
  @inbatchParallel({ init: "indices", post: into("y") })
  c(id: Item<string>) {
    return new Float64Array(id.length);
  }

  // @ts-expect-error "n" has numbers of f64, and each item returns null.
  @inbatchParallel({ init: "indices", post: into("n") })
  d(id: Item<string>) {
    return either ? null : id.length;
  }

  // @ts-expect-error "n" has numbers of f64, and each item returns i32.
  @inbatchParallel({ init: rows("x"), post: into("n"), target: "nogil" })
  e() {
    return count;
  }

  // @ts-expect-error "n" would get nothing: the items return undefined.
  @inbatchParallel({ init: rows("x"), post: into("n"), target: "nogil" })
  f() {
    return standardize;
  }

  // @ts-expect-error "y" has rows of f32, and each item returns f64.
  @inbatchParallel({ init: rows("x"), post: into("y"), target: "nogil" })
  g() {
    return peak;
  }

  // @ts-expect-error "n" has numbers of f64, and each item returns string.
  @inbatchParallel({ init: rows("x"), post: into("n", { fill: "none" }), target: "nogil" })
  h() {
    return peak;
  }

  // @ts-expect-error Component "z" does not exist
  @inbatchParallel({ init: "indices", post: into("z") })
  i(id: Item<string>) {
    return id.length;
  }

  // @ts-expect-error "colect" does not exist: post names a method of the batch that is not private.
  @inbatchParallel({ init: "indices", post: "colect" })
  j(id: Item<string>) {
    return id.length;
  }

  // @ts-expect-error "kept" is an array: post names a method.
  @inbatchParallel({ init: "indices", post: "kept" })
  k(id: Item<string>) {
    return id.length;
  }

  // @ts-expect-error "collect" takes Results of number, and each item returns string.
  @inbatchParallel({ init: "indices", post: "collect" })
  l(id: Item<string>) {
    return id.trim();
  }

  // @ts-expect-error "collect" takes Results of number, and each item returns Float32Array.
  @inbatchParallel({ init: "indices", post: "collect", target: "mpc" })
  m() {
    return (id: string) => new Float32Array(id.length);
  }

  // @ts-expect-error The post takes Results of number, and each item returns boolean.
  @inbatchParallel({ init: "indices", post: (results: Results<number>) => results.length })
  n(id: Item<string>) {
    return id === "a";
  }

  collect(results: Results<number>) {
    this.kept = [...results];
  }
}

export class Fields extends Batch<Signals["data"], string> {
  // @ts-expect-error Component "z" does not exist
  a = inbatchParallel({ init: rows("z"), target: "nogil" }, function (this: Signals) {
    return peak;
  });
  // @ts-expect-error "n" has numbers of f64, and each item returns string.
  b = inbatchParallel({ init: "indices", post: into("n") }, function (this: Signals, id: Item<string>) {
    return id;
  });
}

export class NoBatch {
  // @ts-expect-error Only methods of a batch run for its items: this class does not extend Batch.
  @inbatchParallel({ init: "indices" })
  a(id: Item<string>) {
    return id;
  }
}

export async function ofBatches() {
  // @ts-expect-error 'flor' does not exist in type
  await batch.findPeaks({ flor: 1 });
  // @ts-expect-error 'string' is not assignable to parameter of type 'number'
  await batch.classify("high");
  // @ts-expect-error Expected 1 arguments, but got 2
  await batch.classify("a", 1);
  // @ts-expect-error '"nogl"' is not assignable to type
  batch.with({ target: "nogl" });
  // @ts-expect-error 'wokers' does not exist in type
  batch.with({ wokers: 2 });
  // @ts-expect-error 'dely' does not exist in type
  batch.with({ retry: { times: 2, dely: 5 } });
  // @ts-expect-error '{ delay: number; }' is not assignable to type 'number
  batch.with({ retry: { delay: 5 } });
  // @ts-expect-error '() => Promise<boolean>' is not assignable to type
  batch.with({ retry: { times: 2, when: async () => true } });
  // @ts-expect-error "n" is declared as a column of f64.
  batch.allocate("n", { dtype: "f32" });
  // @ts-expect-error "x" is declared as a column of f64.
  batch.allocate("x", { dtype: "f32", shapes: [1] });
  // @ts-expect-error "label" is declared as another type than a column of f32.
  batch.allocate("label", { dtype: "f32" });
  // @ts-expect-error "x" is declared with rows: set their shape or shapes.
  batch.allocate("x", { dtype: "f64" });
  // @ts-expect-error "n" is declared with numbers: they have neither shape nor shapes.
  batch.allocate("n", { dtype: "f64", shape: [3] });
  // @ts-expect-error The shapes of each item are given: leave out the shape of all.
  batch.allocate("image", { dtype: "u8", shapes: [6], shape: [2, 3] });
  // @ts-expect-error '"z"' is not assignable
  batch.allocate("z", { dtype: "f64" });
  // @ts-expect-error Float32Array
  batch.allocate("n", { dtype: "f64", values: row32 });
  // @ts-expect-error Float32Array
  batch.set({ n: row32 });
  // @ts-expect-error 'z' does not exist in type
  batch.set({ z: [1] });
  // @ts-expect-error 'z' does not exist in type
  Signals.from(["a"], { z: [1] });
  // @ts-expect-error 'number[]' is not assignable to parameter of type 'number | Iterable<string>'
  Signals.from([1]);
  // @ts-expect-error Argument of type 'Others[]' is not assignable
  Signals.concat([new Others(1)]);
  // @ts-expect-error 'number' is not assignable to parameter of type 'string'
  batch.at(1);
  // @ts-expect-error Argument of type 'number[]' is not assignable to parameter of type 'Iterable<string>
  batch.subset([1]);
}

export function ofStreams() {
  async function* names() {
    yield "a";
  }
  // @ts-expect-error takes Float64Array, got string
  stream(peak, names());
  // @ts-expect-error 'string' is not assignable to type 'boolean
  stream(peak, [row], { ordered: "no" });
  // @ts-expect-error 'highWatermark' does not exist in type
  stream(peak, [row], { highWatermark: 3 });
}

export async function ofDatasets() {
  // @ts-expect-error Argument of type 'number[]' is not assignable to parameter of type 'Iterable<string>'
  new Dataset([1], Signals);
  // @ts-expect-error 'number' is not assignable to parameter of type
  new Dataset(1, Signals);
  // @ts-expect-error the ids of files are strings
  await Dataset.fromFiles("*.csv", Others);
  const job = new Dataset(["a"], Signals).pipeline();
  // @ts-expect-error 'string' is not assignable to parameter of type
  job.classify("high");
  // @ts-expect-error 'flor' does not exist in type
  job.findPeaks({ flor: 1 });
  // @ts-expect-error Property 'findPeeks' does not exist on type
  job.findPeeks();
  // @ts-expect-error '"nogl"' is not assignable to type
  job.with({ target: "nogl" });
  // @ts-expect-error 'prefech' does not exist in type
  await job.run({ batchSize: 1, prefech: 2 });
}

// @ts-expect-error An array of numbers becomes a column: write Dense<"f64"> in its place.
export class Lie extends Batch<{ x: number[] }> {}
export type Used = Dense<"f64">;
