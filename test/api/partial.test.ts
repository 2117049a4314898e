import { inspect } from "node:util";
import { Batch, explain, inbatchParallel, into, partial, rows, run, shutdown } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";

afterAll(() => shutdown());

const items = () => [Float64Array.of(1), Float64Array.of(2)];
const weighing = partial(kernels.weigh, { k: 2 });

describe.each(["nogil", "for"] as const)("run of a partial kernel on %s", (target) => {
  test("refuses a name that the kernel does not have, since nothing else takes it", async () => {
    const message =
      'run(weigh): weigh(x: Float64Array, k?: f64, bad?: f64): f64 has no parameter "bda"; did you mean "bad"?';
    const args = [{ bda: 1 }];
    await expect(run(weighing, items(), { target, args })).rejects.toThrow(new TypeError(message));
    await expect(explain.run(weighing, items(), { target, args })).rejects.toThrow(message);
    await expect(run(weighing, [], { target, args })).rejects.toThrow(message);
  });

  test("refuses an argument too many, by position", async () => {
    await expect(run(weighing, items(), { target, args: [1, 2, 3] as unknown[] })).rejects.toThrow(
      "takes 3 arguments, got 4",
    );
  });

  test("takes what the kernel has", async () => {
    expect([...(await run(weighing, items(), { target }))]).toEqual([2, 4]);
    expect([...(await run(weighing, items(), { target, args: [{ k: 3, bad: undefined }] }))]).toEqual([3, 6]);
    expect([...(await run(weighing, items(), { target, args: [{ other: undefined }] }))]).toEqual([2, 4]);
  });
});

class Weighed extends Batch<any, any> {
  kept: unknown;

  silent = inbatchParallel({ init: rows("x"), post: into("y"), target: "nogil" }, () => weighing) as any;
  reading = inbatchParallel(
    { init: rows("x"), post: into("y"), target: "nogil" },
    ({ factor = 2 }: any = {}) => partial(kernels.weigh, { k: factor }),
  ) as any;
  keeping = inbatchParallel(
    { init: rows("x"), post: into("y"), target: "nogil" },
    async function (this: Weighed, given: any) {
      await undefined;
      const { k, ...others } = given;
      this.kept = others;
      return partial(kernels.weigh, { k });
    },
  ) as any;
  readByInit = inbatchParallel(
    {
      init(this: Weighed, { from = 0 }: any = {}) {
        return this.data.x.values.subarray(from);
      },
      target: "nogil",
    },
    () => partial(kernels.affine, { k: 2 }),
  ) as any;
  readByPost = inbatchParallel(
    {
      init: rows("x"),
      post(this: Weighed, results: unknown[], named: any) {
        this.kept = [[...results], named];
      },
      target: "nogil",
    },
    () => weighing,
  ) as any;
  declared = inbatchParallel(
    { init: rows("x"), post: into("y"), target: "nogil", strict: false },
    () => weighing,
  ) as any;
  keepingWhole = inbatchParallel(
    { init: rows("x"), post: into("y"), target: "nogil" },
    function (this: Weighed, given: any) {
      this.kept = given;
      return weighing;
    },
  ) as any;
  removing = inbatchParallel({ init: rows("x"), post: into("y"), target: "nogil" }, (given: any) => {
    delete given.verbose;
    return partial(kernels.weigh, given);
  }) as any;
  printing = inbatchParallel(
    { init: rows("x"), post: into("y"), target: "nogil" },
    function (this: Weighed, given: any) {
      this.kept = inspect(given);
      return weighing;
    },
  ) as any;
  bare = inbatchParallel({ init: rows("x"), post: into("y"), target: "nogil" }, () => kernels.weigh) as any;
}

describe.each(["nogil", "for"] as const)("a method that returns a partial kernel, on %s,", (target) => {
  const batch = (): any => Weighed.from(2, { x: items() }).with({ target });
  const weighed = (of: any) => [...of.data.y.values];

  test.each(["silent", "reading"])(
    "%s: is refused a name that neither it nor the kernel takes",
    async (name) => {
      const message =
        `Weighed.${name}: weigh(x: Float64Array, k?: f64, bad?: f64): f64 has no parameter "bda", and neither the method nor ` +
        'its init reads it; did you mean "bad"?';
      await expect(batch()[name]({ bda: 1 })).rejects.toThrow(new TypeError(message));
      await expect(explain<any, any>(batch(), name, { bda: 1 })).rejects.toThrow(message);
    },
  );

  test("is given what it reads, and the kernel what it has", async () => {
    expect(weighed(await batch().reading())).toEqual([2, 4]);
    expect(weighed(await batch().reading({}))).toEqual([2, 4]);
    expect(weighed(await batch().reading({ factor: 5 }))).toEqual([5, 10]);
    expect(weighed(await batch().reading({ factor: 5, k: 1 }))).toEqual([1, 2]);
    expect(weighed(await batch().reading({ factor: undefined, other: undefined }))).toEqual([2, 4]);
  });

  test("may keep what it is given, in an object that is the caller's no more", async () => {
    const given = Object.freeze({ k: 3, verbose: true, deep: [1] });
    const one = batch();
    expect(weighed(await one.keeping(given))).toEqual([3, 6]);
    expect(one.kept).toEqual({ verbose: true, deep: [1] });
    expect(structuredClone(one.kept)).toEqual(one.kept);
  });

  test("may keep the object itself, to read it later", async () => {
    const one = batch();
    const given = { k: 3, verbose: true };
    expect(weighed(await one.keepingWhole(given))).toEqual([3, 6]);
    expect(Object.entries(one.kept)).toEqual(Object.entries(given));
    expect(structuredClone(one.kept)).toEqual(given);
    expect(inspect(one.kept)).toBe(inspect(given));
    one.kept.k = 4;
    expect([one.kept.k, given.k]).toEqual([4, 3]);
  });

  test("may remove a name, and print what it is given, which is no reading", async () => {
    expect(weighed(await batch().removing({ k: 3, verbose: true }))).toEqual([3, 6]);
    const one = batch();
    expect(weighed(await one.printing({ k: 3 }))).toEqual([3, 6]);
    expect(one.kept).toBe("{ k: 3 }");
    await expect(batch().printing({ bda: 3 })).rejects.toThrow('has no parameter "bda"');
  });

  test("is given names that only its init or its post takes, or that its declaration has", async () => {
    const one: any = Weighed.from(3, { x: [1, 2, 3] }).with({ target });
    await one.readByInit({ from: 1 });
    const two = batch();
    await two.readByPost({ verbose: true });
    expect(two.kept).toEqual([[2, 4], { verbose: true }]);
    expect(weighed(await batch().declared({ strict: true }))).toEqual([2, 4]);
  });

  test("is refused an argument too many by position, and so is one that returns the kernel itself", async () => {
    await expect(batch().silent(1, 2, 3)).rejects.toThrow("takes 3 arguments, got 4");
    await expect(batch().bare({ bda: 1 })).rejects.toThrow('has no parameter "bda"');
  });
});

test("partial does not take a partial, and says what it takes", () => {
  expect(() => (partial as any)(weighing, { bad: 1 })).toThrow(
    "partial() takes a kernel or a function first, got Partial.",
  );
});
