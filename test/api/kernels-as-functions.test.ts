import { inspect } from "node:util";
import {
  Batch,
  Dataset,
  exported,
  inbatchParallel,
  Kernel,
  lazy,
  partial,
  pipeline,
  rows,
  run,
  subscribe,
} from "nogil";
import { expect, test } from "vitest";
import { affine, scale, weigh } from "../fixtures/build/kernels.js";

const any = (value: unknown) => value as any;

class Held extends Batch<{ x: any }, string> {
  static override module = import.meta.url;
  kernel = weigh;
  sums: unknown[] = [];

  summed = inbatchParallel(
    { init: rows("x"), post: "keep", target: "nogil" } as any,
    function (this: Held) {
      return this.kernel;
    } as any,
  );

  keep(results: Iterable<unknown>) {
    this.sums = [...results];
  }

  named = inbatchParallel({ init: "kernel", target: "for" } as any, (() => 1) as any);
  posted = inbatchParallel({ init: "indices", post: "kernel", target: "for" } as any, (() => 1) as any);
  returns = inbatchParallel({ init: "indices", target: "for" }, (() => weigh) as any);
  asFunction = inbatchParallel({ init: rows("x"), target: "mpc" } as any, (() => weigh) as any);
  result = inbatchParallel({ init: rows("x"), target: "nogil" } as any, (() => weigh([1, 2])) as any);
  nothing = inbatchParallel({ init: rows("x"), target: "nogil" } as any, (() => scale([1, 2])) as any);
}

const held = () => any(Held.from(["a", "b"], { x: [Float64Array.of(1, 2), Float64Array.of(3)] }));

test.each<[string, () => unknown, RegExp]>([
  [
    "init",
    () => inbatchParallel(any({ init: affine })),
    /init is a kernel, which runs for items: the method returns/,
  ],
  [
    "post",
    () => inbatchParallel(any({ init: "indices", post: affine })),
    /post is a kernel, which runs for items/,
  ],
  [
    "a method",
    () => inbatchParallel({ init: "indices" }, any(affine)),
    /takes a method second, got a kernel/,
  ],
  ["a lazy argument", () => lazy(any(affine)), /lazy\(\) takes a function of the batch, got a kernel/],
  [
    "a filter",
    () => new Dataset(["a"], Held).filter(any(affine)),
    /takes a function of the id, got a kernel/,
  ],
  ["a listener", () => subscribe(any(affine)), /subscribe\(\) takes a function of an event, got a kernel/],
  ["a step", () => any(pipeline(Held)).update("n", affine), /There is no variable/],
  ["a step's function", () => any(pipeline(Held)).variable("n", 0).update("n", affine), /got a kernel/],
  [
    "a variable's beginning",
    () => any(pipeline(Held)).variable("n", affine),
    /cannot be copied for each run/,
  ],
])("a kernel is not taken for a function as %s", (_, use, message) => {
  expect(use).toThrow(TypeError);
  expect(use).toThrow(message);
});

test.each<[string, RegExp]>([
  ["named", /its init "kernel" is a kernel, which runs for items/],
  ["posted", /its post "kernel" is a kernel, which runs for items/],
  ["asFunction", /returns the kernel weigh, which runs on nogil: declare target "nogil"/],
  ["result", /got a number\. A kernel is returned as it is, without calling it\./],
  ["nothing", /got undefined.* A kernel is returned as it is, without calling it\./],
])("nor by the method %s of a batch", async (name, message) => {
  await expect(held()[name]()).rejects.toThrow(message);
});

test("nor as what a method returns for an item, nor as a function of a module", async () => {
  await expect(held().returns()).rejects.toThrow(/returned the kernel weigh, which runs only where/);
  const at = new URL("../fixtures/build/kernels.js", import.meta.url);
  const [failed] = any(await run(any(exported(at, "weigh")), [1]).catch((error) => [error]));
  expect(failed.message).toMatch(/exports "weigh", which is a kernel: pass it directly/);
});

test("a kernel in a field of a batch stays one: in views, parts, prints and calls", async () => {
  const batch = held();
  expect(batch.with({ workers: 1 }).kernel).toBe(weigh);
  expect(batch.kernel(Float64Array.of(1, 2))).toBe(3);
  await batch.summed();
  expect(batch.sums).toEqual([3, 3]);
  expect(inspect(batch)).toContain("kernel: Kernel weigh(");
  expect(JSON.parse(JSON.stringify(batch)).kernel).toMatch(/^weigh\(/);
  const other = held();
  other.kernel = affine;
  expect(other.subset(["a"]).kernel).toBe(affine);
});

test("a kernel that is to be sent to a worker is named, with what to do", async () => {
  const at = new URL("../fixtures/calls-kernels.mjs", import.meta.url);
  await expect(run(any(exported(at, "summed")), [[weigh]])).rejects.toThrow(
    /argument 0 is a kernel, which cannot be sent to a worker: import it in the module that runs there\./,
  );
});

test("a kernel of another copy of the library is one, and is called by that copy", async () => {
  const copy = await import(`${new URL("../../dist/kernels/define-kernels.js", import.meta.url).href}?copy`);
  const { module } = weigh;
  const theirs = copy.defineKernels(module.source, module.description).weigh;
  expect(theirs).not.toBe(weigh);
  expect(theirs).toBeInstanceOf(Kernel);
  expect(theirs([1, 2])).toBe(3);
  expect([...(await run(partial(theirs, { k: 2 }), [Float64Array.of(1, 2)]))]).toEqual([6]);
});
