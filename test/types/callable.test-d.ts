import {
  Batch,
  type Dense,
  type ExplainableNames,
  inbatchParallel,
  into,
  Kernel,
  type Parallel,
  type Pipeline,
  partial,
  ready,
  rows,
  run,
} from "nogil";
import { expectTypeOf, test } from "vitest";
import {
  at,
  beats,
  bytes,
  invert,
  long,
  longs,
  peak,
  standardize,
  unknown,
  unnamed,
} from "./calls/kernels.js";

const row = new Float64Array(1);

test("a kernel is called with what run gives it, by position and by name", () => {
  const typed = () => {
    expectTypeOf(peak(row)).toEqualTypeOf<number>();
    expectTypeOf(peak(row, 1)).toEqualTypeOf<number>();
    expectTypeOf(peak([1, 2], undefined)).toEqualTypeOf<number>();
    expectTypeOf(peak(row, { floor: 1 })).toEqualTypeOf<number>();
    expectTypeOf(peak({ x: [1], floor: undefined })).toEqualTypeOf<number>();
    expectTypeOf(at(row, { fs: 1 })).toEqualTypeOf<number>();
    expectTypeOf(at(row, 1, { lead: 2 })).toEqualTypeOf<number>();
    expectTypeOf(standardize(row)).toEqualTypeOf<void>();
    expectTypeOf(beats(row)).toEqualTypeOf<Float32Array>();
    expectTypeOf(long(1)).toEqualTypeOf<bigint>();
    expectTypeOf(long(1n)).toEqualTypeOf<bigint>();
    expectTypeOf(longs([1, 2n])).toEqualTypeOf<void>();
    expectTypeOf(invert(true)).toEqualTypeOf<boolean>();
    expectTypeOf(bytes(new Uint8ClampedArray(1))).toEqualTypeOf<void>();
    expectTypeOf(unnamed(row, 1)).toEqualTypeOf<number>();
    expectTypeOf(unknown(1, "a", { b: 1 })).toEqualTypeOf<any>();
    expectTypeOf([row, row].map((each) => peak(each))).toEqualTypeOf<number[]>();
    return ready(peak, { peak, beats });
  };
  expectTypeOf(typed).toBeFunction();
});

test("a wrong call does not compile", () => {
  const typed = () => {
    // @ts-expect-error a row of another class
    peak(new Float32Array(1));
    // @ts-expect-error no row
    peak();
    // @ts-expect-error too many
    peak(row, 1, 2);
    // @ts-expect-error text for a number
    peak(row, "1");
    // @ts-expect-error a row for a number
    peak(row, row);
    // @ts-expect-error a misspelt name
    peak(row, { flor: 1 });
    // @ts-expect-error "fs" is missing
    at(row, { lead: 1 });
    // @ts-expect-error by position and by name
    peak(row, { x: row });
    // @ts-expect-error a number for bool
    invert(1);
    // @ts-expect-error not a kernel
    return ready(1);
  };
  expectTypeOf(typed).toBeFunction();
});

test("a kernel is a function by its type, whose parameters have their names", () => {
  expectTypeOf<Parameters<typeof invert>>().toEqualTypeOf<[on: boolean]>();
  expectTypeOf<ReturnType<typeof beats>>().toEqualTypeOf<Float32Array>();
  const asFunction: (x: Float64Array) => number = peak;
  const asKernel: Kernel = peak;
  const found = (value: unknown) => (value instanceof Kernel ? value.name : undefined);
  expectTypeOf(found).returns.toEqualTypeOf<string | undefined>();
  expectTypeOf([asFunction, asKernel]).toBeArray();
});

class Signals extends Batch<{ x: Dense<"f64", [number]> }, string> {
  kernel = peak;

  @inbatchParallel({ init: rows("x"), target: "nogil" })
  peaks() {
    return partial(this.kernel, { floor: 1 });
  }
}

test("a kernel is a kernel wherever a type looks for functions", () => {
  expectTypeOf<Parallel<Signals>["kernel"]>().toEqualTypeOf<typeof peak>();
  expectTypeOf<ExplainableNames<Parallel<Signals>>>().toEqualTypeOf<"peaks">();
  const chained = (pipeline: Pipeline<Signals>) => {
    // @ts-expect-error a kernel is no action
    pipeline.kernel(row);
    return pipeline.peaks();
  };
  const ran = async () => {
    expectTypeOf(await run(peak, [row])).toHaveProperty("failures");
    const [first] = await run(peak, [row]);
    expectTypeOf(first).toEqualTypeOf<number | Error>();
  };
  expectTypeOf([chained, ran]).toBeArray();
});

class Mistaken extends Batch<{ x: Dense<"f64", [number]> }, string> {
  kernel = peak;

  // @ts-expect-error init is a kernel
  @inbatchParallel({ init: peak })
  init(x: number) {
    return x;
  }

  // @ts-expect-error post is a kernel
  @inbatchParallel({ init: rows("x"), post: peak, target: "nogil" })
  post() {
    return peak;
  }

  // @ts-expect-error "kernel" is a kernel
  @inbatchParallel({ init: "kernel", target: "nogil" })
  named() {
    return peak;
  }

  // @ts-expect-error A kernel is returned
  @inbatchParallel({ init: rows("x"), post: into("x"), target: "mpc" })
  asFunction() {
    return peak;
  }
}
test("types of mistaken classes are looked at", () => {
  expectTypeOf(Mistaken).toBeConstructibleWith(["a"]);
});
