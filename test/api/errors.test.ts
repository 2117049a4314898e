import {
  action,
  Batch,
  configure,
  Dataset,
  defineKernels,
  explain,
  type Item,
  inbatchParallel,
  partial,
  rows,
  run,
  shutdown,
} from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { SpecBatch } from "../fixtures/spec-batch.js";

afterAll(() => shutdown());

const x = () => [Float64Array.of(1, 2), Float64Array.of(3)];
const batch = () => SpecBatch.from(["a", "b"], { signal: x() });
const loosely = inbatchParallel as any;

describe("a wrong decorator", () => {
  test.each([
    [
      { init: "indices", target: "gpu" },
      'there is no target "gpu"; the targets are threads, nogil, async, mpc, for.',
    ],
    [{ target: "threads" }, "init is undefined, expected the name of a method of the batch, or a function."],
    [{ init: 5 }, "init is a number, expected the name"],
    [{ init: "indices", post: 5 }, "post is a number, expected the name"],
    [{ init: "indices", pots: () => {} }, '"pots" is one letter away from "post", and has what that takes'],
    [{ init: "indices", Init: rows("x") }, '"Init" is one letter away from "init"'],
    [{ inti: "indices" }, '"inti" is one letter away from "init"'],
    [{ init: "indices", taget: "nogil" }, '"taget" is one letter away from "target"'],
    [{ init: "indices", option: { workers: 2 } }, '"option" is one letter away from "options"'],
    [
      { init: "indices", options: { chunksize: 5 } },
      'there is no option "chunksize"; did you mean "chunkSize"?',
    ],
    [
      { init: "indices", options: { timeout: -1 } },
      'the option "timeout" takes milliseconds, more than 0, got -1.',
    ],
    [{ init: "indices", timeout: 100 }, '"timeout" is an option: write options: { timeout: … }'],
    [undefined, 'takes an object such as { init: "indices", target: "threads" }, got undefined.'],
  ])("%j says what is wrong with it", (spec, message) => {
    expect(() => loosely(spec, () => {})).toThrow(message);
  });

  test.each([
    ["pots", "post", "collect"],
    ["port", "post", "indices"],
    ["int", "init", "field"],
  ])(
    "of %s, one letter away from %s, is refused where its value names a member",
    async (key, near, member) => {
      class Misspelt extends Batch<any, number> {
        field = [1];
        act = loosely({ init: "indices", target: "for", [key]: member }, (n: number) => n) as () => unknown;
        collect() {}
      }
      const message = `Misspelt.act: "${key}" is one letter away from "${near}", and "${member}" is a method or property of the batch`;
      await expect(Misspelt.from(2).act()).rejects.toThrow(message);
      await expect(explain(Misspelt.from(2) as any, "act" as never)).rejects.toThrow(message);
    },
  );

  test("takes names that are near to its own for extra arguments, whose values it could not take", async () => {
    const extra = {
      host: "localhost",
      port: 8080,
      unit: "mV",
      cost: 1.5,
      most: [1],
      int: null,
      inits: { a: 1 },
      taret: "heart",
      targets: ["nogil"],
      option: "b",
      Options: { a: 1 },
    };
    class Near extends Batch<any, number> {
      given: unknown[] = [];
      act = loosely(
        {
          init(this: Near, ...args: unknown[]) {
            this.given.push(args);
            return this.indices;
          },
          post(this: Near, _: unknown, ...args: unknown[]) {
            this.given.push(args);
          },
          target: "for",
          ...extra,
        },
        (n: number) => n,
      ) as () => unknown;
    }
    const batch = Near.from(2);
    await batch.act();
    expect(batch.given).toEqual([[extra], [extra]]);
  });

  test("decorates public methods of instances only", () => {
    expect(() => {
      class Static extends Batch {
        @loosely({ init: "indices" })
        static all() {}
      }
      return Static;
    }).toThrow("decorates public methods of a batch, and all is not one");
  });
});

describe("a wrong init or post", () => {
  test.each([
    ["init", { init: "nowhere" }, 'Wrong.act: its init "nowhere" is not a method or property of Wrong.'],
    ["init, one letter off", { init: "indicse" }, 'did you mean "indices"?'],
    ["post", { init: "indices", post: "collekt" }, 'Wrong.act: its post "collekt" is not a method'],
    [
      "post that is no method",
      { init: "indices", post: "length" },
      'its post "length" is a number, expected a method.',
    ],
    [
      "init that gives no iterable",
      { init: "length" },
      'Wrong.act: its init "length" returned a number, expected an iterable',
    ],
    [
      "init that gives a string",
      { init: () => "abc" },
      "Wrong.act: its init returned a string, expected an iterable",
    ],
    [
      "init that gives nothing",
      { init: () => undefined },
      "its init returned undefined, expected an iterable",
    ],
  ])("%s is named", async (_, spec, message) => {
    class Wrong extends Batch<any, number> {
      act = loosely({ target: "for", ...spec }, (n: number) => n) as () => Promise<unknown>;
      collect() {}
    }
    await expect(Wrong.from(2).act()).rejects.toThrow(message);
  });

  test("a method taken off its batch says how to call it", async () => {
    const { lengths } = SpecBatch.from(["a"]) as any;
    await expect(lengths()).rejects.toThrow(
      "A parallel method was called without its batch: call it as one, batch.lengths(…).",
    );
  });

  test("the names there are stand in the error", async () => {
    class Wrong extends Batch<any, number> {
      act = loosely({ init: "nowhere", target: "for" }, (n: number) => n) as () => Promise<unknown>;
      byHand() {
        return [];
      }
    }
    await expect(Wrong.from(2).act()).rejects.toThrow(/There are: .*indices.*byHand/);
  });

  test("what init or post throws comes out as it is", async () => {
    const boom = new RangeError("boom");
    class Wrong extends Batch<any, number> {
      act = loosely({ init: () => Promise.reject(boom), target: "for" }, () => {}) as () => Promise<unknown>;
      other = loosely(
        { init: "indices", post: () => Promise.reject(boom), target: "for" },
        () => {},
      ) as () => Promise<unknown>;
    }
    await expect(Wrong.from(2).act()).rejects.toBe(boom);
    await expect(Wrong.from(2).other()).rejects.toBe(boom);
  });
});

describe("a component", () => {
  test("that is absent is named, with those there are", async () => {
    const one = batch();
    expect(() => one.data.x).toThrow('SpecBatch has no component "x" yet');
    expect(() => one.data.x).toThrow("There are: signal.");
    await expect(one.affineFilled()).rejects.toThrow('no component "x"');
  });

  test("of another length than the batch, or that is no array, is refused", () => {
    expect(() => SpecBatch.from(["a"], { signal: x() })).toThrow(
      "SpecBatch.data.signal has 2 elements, expected 1: one for each item of the batch.",
    );
    expect(() => SpecBatch.from(["a"], { name: "abc" as any })).toThrow(
      "SpecBatch.data.name is a string, expected a column",
    );
    expect(() => SpecBatch.from(["a"], { name: undefined as any })).toThrow("cannot be undefined");
  });

  test("of another dtype than the kernel takes is refused before anything runs, with the kernel's signature", async () => {
    const one = SpecBatch.from(["a"], { signal: [new Float32Array(2)] as any });
    await expect(one.scaleInPlace()).rejects.toThrow(/scale\(x: Float64Array, k\?: f64\): void/);
    await expect(one.scaleInPlace()).rejects.toThrow(
      '"x" expects a row of f64, component "signal" has rows of f32.',
    );
  });
});

describe("ids", () => {
  test("that are absent or ambiguous are named", () => {
    expect(() => SpecBatch.from(["a"]).positionOf("b")).toThrow('SpecBatch has no item "b".');
    expect(() => SpecBatch.from(-1)).toThrow("got -1");
    expect(() => new Dataset(["a", "b", "a"], SpecBatch)).toThrow('"a" comes more than once');
  });
});

describe("a kernel call", () => {
  test.each([
    ["an unknown name", [{ factor: 2 }], /factor/],
    ["too many arguments", [1, 2, 3], /scale\(x: Float64Array, k\?: f64\)/],
    ["a parameter given twice", [2, { k: 3 }], /\bk\b.*twice/],
    ["a wrong type", ["two"], /scale\(x: Float64Array, k\?: f64\)/],
  ])("with %s is refused with the kernel's signature", async (_, args, message) => {
    const error = await batch()
      .scaleInPlace(...args)
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch("scale(x: Float64Array, k?: f64): void");
    expect(error.message).toMatch("SpecBatch.scaleInPlace");
  });

  test("of a nogil method that returns no kernel says what to return", async () => {
    await expect(batch().noKernel()).rejects.toThrow(
      'SpecBatch.noKernel has target "nogil", so it has to return a kernel built by "npx nogil build", or partial(kernel, …); got a number.',
    );
  });

  test.for([
    ["forgotTarget", "threads", "the kernel scale"],
    ["forgotTarget", "for", "the kernel scale"],
    ["forgotTargetLater", "async", "partial(…)"],
    ["forgotTargetLater", "for", "partial(…)"],
  ] as const)(
    "of a method that returns a kernel without saying so, %s on %s, fails its items",
    async ([method, target, what]) => {
      const error = await batch()
        .with({ target })
        [method]()
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "ParallelError" });
      expect(error.failures[0].error.message).toBe(
        `SpecBatch.${method} returned ${what}, which runs only where the method says so: give it target: "nogil" for a kernel, "mpc" for a function.`,
      );
    },
  );

  test("of a module built for another calling convention says to build it again", () => {
    expect(() => defineKernels(new URL("file:///old.wasm"), { abi: 0, kernels: {} } as any)).toThrow(
      'file:///old.wasm was built for calling convention 0, this version of nogil runs 2: build it again with "npx nogil build".',
    );
  });

  test("partial takes a kernel's parameters by name only", () => {
    expect(() => partial(kernels.scale as any, 5)).toThrow("binds a kernel's parameters by name");
    expect(() => partial(5 as any, {})).toThrow("takes a kernel or a function first, got a number");
  });
});

describe("what a worker cannot find", () => {
  test("an mpc function that no module exports is named, with what to do", async () => {
    await expect(batch().mpcNowhere()).rejects.toThrow(/exported\(/);
  });

  test("a class without module is named, with the line to add", async () => {
    class Homeless extends Batch<any, number> {
      @action
      @inbatchParallel({ init: "indices" })
      act(_: Item<number>) {}
    }
    await expect(Homeless.from(2).act()).rejects.toThrow(/Homeless.*static module = import\.meta\.url/);
  });

  test("a module that is a path says that a URL is expected", async () => {
    class Located extends Batch<any, number> {
      static override module = "./located.js";
      act = loosely({ init: "indices" }, (n: number) => n) as () => Promise<unknown>;
    }
    await expect(Located.from(2).act()).rejects.toThrow(
      'Located.module is the path "./located.js", expected a URL',
    );
  });

  test("a class that its module does not export is named", async () => {
    class Hidden extends SpecBatch {}
    await expect(Hidden.from(["a"]).someAction()).rejects.toThrow(/Hidden/);
  });

  test("a plain function given to run says to use exported()", async () => {
    await expect(run((n: number) => n, [1])).rejects.toThrow(/exported\(/);
  });
});

describe("arguments of another kind", () => {
  test.each([
    [
      "run of nothing",
      () => run(undefined as any, [1]),
      "run() takes a kernel, a function, or exported(module, name) first",
    ],
    [
      "run with args in an object",
      () => run(kernels.affine, [1], { args: { k: 1 } as any }),
      "args takes an array",
    ],
    ["with of nothing", async () => (batch() as any).with(), "with() takes an object of options"],
    [
      "a dataset of no class",
      async () => new Dataset(3, {} as any),
      "takes the class of its batches second, which extends Batch, got Object",
    ],
    [
      "batches of nothing",
      () => (new Dataset([], SpecBatch).pipeline() as any).batches().next(),
      "take { batchSize: … } at least",
    ],
  ])("%s: the error says what is expected", async (_, call, message) => {
    // at once or by a promise
    await expect(Promise.resolve().then(call)).rejects.toThrow(message);
  });
});

describe("what cannot be cloned", () => {
  test("in an item's arguments costs that item, and is named with its path", async () => {
    const one = batch();
    const results = await run(kernels.affine, [1, (() => {}) as any, 3]);
    expect([results[0], results[2]]).toEqual([2, 4]);
    expect(results[1]).toBeInstanceOf(TypeError);
    const error = await one
      .with({ target: "threads" })
      .someAction({ deep: { fn: () => {} } } as any)
      .catch((e) => e);
    expect(error.message).toMatch(/deep/);
  });

  test("in the batch is named with its path", async () => {
    const one = Object.assign(batch(), { callbacks: { onDone: () => {} } });
    await expect(one.someAction()).rejects.toThrow(/callbacks\.onDone/);
  });
});

describe("options", () => {
  test("with() and configure() refuse what they do not know", () => {
    expect(() => batch().with({ workrs: 2 } as any)).toThrow(
      'with(): there is no option "workrs"; did you mean "workers"?',
    );
    expect(() => configure({ target: "gpu" as any })).toThrow("takes one of threads, nogil, async, mpc, for");
    expect(() => batch().with({ signal: {} as any })).toThrow("takes an AbortSignal, got Object");
  });
});
