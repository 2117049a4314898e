import vm from "node:vm";
import { action, Batch, columns, Dataset, exported, inbatchParallel, into, partial, rows, run } from "nogil";
import { describe, expect, test } from "vitest";
import * as kernels from "../fixtures/build/kernels.js";
import { Ordered } from "../fixtures/ordered-batch.js";

const loosely = inbatchParallel as any;

const url = new URL("../fixtures/mistaken-batch.mjs", import.meta.url);
// called here, it imports as Node does: the test runner would make other code of the module, with another `this`
const Mistaken = await exported<() => Promise<any>>(url, "get")();
const batch = (): any => Mistaken.from(["a", "b"], { x: [Float64Array.of(1, 2), Float64Array.of(3, 4)] });
const everywhere = ["threads", "async", "for", "nogil", "mpc"] as const;

describe.each(everywhere)("on %s, an arrow function", (target) => {
  test.each([
    [
      "arrowInit",
      /its init threw ".*indices.*"\. It is an arrow function, whose "this" is not the batch: write init: function/,
    ],
    [
      "quietInit",
      /its init returned undefined.*It is an arrow function, whose "this" is not the batch: write init: function/,
    ],
    [
      "batchInit",
      /its init threw ".*indices.*"\. It gets the arguments of the call, 0 here; the batch is its "this"/,
    ],
    ["lateInit", /its init threw ".*indices.*"\. It is an arrow function/],
    [
      "arrowPost",
      /its post threw ".*set.*"\. It is an arrow function, whose "this" is not the batch: write post: function/,
    ],
    [
      "batchPost",
      /its post threw ".*"\. It gets the results and the arguments of the call, 1 here; the batch is its "this"/,
    ],
  ])("as %s is told what it has not", async (name, message) => {
    const error = await batch()
      [`${name}_${target}`]()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(message);
    expect(error.message).toContain(`Mistaken.${name}_${target}: `);
  });
});

test("methods may have any name that begins like a function, a class or an arrow", () => {
  const named = {
    classify(this: any) {
      return this.by;
    },
    class(this: any) {
      return this.by;
    },
    async(this: any) {
      return this.by;
    },
    async asynchronous(this: any) {
      return (() => this.by)();
    },
    functional(this: any) {
      return this.by;
    },
    "( ) =>"(this: any) {
      return this.by;
    },
    $(this: any) {
      return [this].map(() => this.by);
    },
  };
  for (const method of Object.values(named))
    expect(loosely({ init: "indices" }, method)).toBeTypeOf("function");
  for (const wrong of [class {}, class A {}, class extends Batch {}, class B extends Batch {}]) {
    expect(() => loosely({ init: "indices" }, wrong)).toThrow("is a class, expected a function.");
  }
});

test("an error that an init throws for another reason stays what it is", async () => {
  await expect(batch().throwingInit()).rejects.toThrow(/^no indices today$/);
});

test("an arrow function that takes its batch from around it would have another one in a worker, and is refused", () => {
  const make = () =>
    class extends Batch<any, number> {
      by = 2;
      scale = loosely({ init: "indices" }, (n: number) => n * this.by);
    };
  expect(() => new (make())(2)).toThrow(/arrow function, whose "this" would be another one in a worker/);
  const text = loosely({ init: "indices" }, (n: number) => `this ${n}`.length /* this */);
  expect(text).toBeTypeOf("function");
  const here = loosely({ init: rows("x"), target: "nogil" }, () => (this ? kernels.scale : kernels.scale));
  expect(here).toBeTypeOf("function");
});

describe.each(["threads", "async", "for"] as const)("on %s, ({ x })", (target) => {
  test("for a row is told to be (x)", async () => {
    await expect(batch()[`apart_${target}`]()).rejects.toThrow(
      `Mistaken.apart_${target} destructures its argument, ({ x }), and rows(…) passes the row of each component as an argument of its own: write (x).`,
    );
  });

  test("for an id is told to be (id)", async () => {
    await expect(batch()[`apartId_${target}`]()).rejects.toThrow(
      '"indices" passes the id of each item, a string: write (id).',
    );
  });

  test("is right for elements that are objects, and for what rows have", async () => {
    const one: any = Mistaken.from(2, { x: [{ x: 1 }, { x: 2 }] });
    expect(await one[`apart_${target}`]()).toEqual([1, 2]);
    expect(await batch()[`lengths_${target}`]()).toEqual([2, 2]);
  });
});

test.each([
  ["nogil", "takesRow", /With target "nogil" it is called once, with the arguments of the call \(0 here\)/],
  [
    "nogil",
    "callsKernel",
    /threw "scale\(x: Float64Array.*With target "nogil" it is called once.*returns the kernel.*without calling it/,
  ],
  ["nogil", "returnsNothing", /got undefined: is a return missing/],
  ["nogil", "returnsModule", /got a whole module: name one of .*scale/],
  ["mpc", "takesId", /With target "mpc" it is called once.*returns the function/],
])("on %s, a method that %s is told how it is called", async (_, name, message) => {
  await expect(batch()[name]()).rejects.toThrow(message);
});

describe("a function for mpc that no process can find", () => {
  test.each([
    [
      "anonymous",
      /returned a function without a name, which .*mistaken-batch.mjs does not export.*export function work\(…\).*partial\(work, …\)/,
    ],
    ["closure", /returned the function plus, which .* does not export.*partial\(plus, …\)/],
    [
      "bound",
      /returned a bound function, of plain, which .* Export plain there, and bind its arguments with partial\(plain, …\)/,
    ],
    ["builtIn", /returned the built-in function abs.* Call it in a function that is exported there/],
    ["unexported", /returned the function hidden.*it exports .*Mistaken/],
    ["classed", /Helper is a class, expected a function/],
    ["generated", /generate is a generator function, whose call makes an iterator and runs nothing/],
  ])("%s is told what to do", async (name, message) => {
    await expect(batch()[name]()).rejects.toThrow(message);
  });
});

describe("run", () => {
  test("refuses what is no work for an item", async () => {
    await expect(run(class Helper {} as any, [1], { target: "for" })).rejects.toThrow(
      "Helper is a class, expected a function.",
    );
    await expect(run(function* gen() {} as any, [1], { target: "for" })).rejects.toThrow(
      "gen is a generator function",
    );
    await expect(run(batch().lengths_for, [1])).rejects.toThrow("is a parallel method already: call it");
    await expect(run(undefined as any, [1])).rejects.toThrow(
      "got undefined: is a return missing, or does its module not export that name?",
    );
    await expect(run(kernels as any, [1])).rejects.toThrow(/got a whole module: name one of .*scale/);
  });

  test.each(["threads", "async", "mpc", "for"] as const)(
    "names on %s what an export is in place of a function",
    async (target) => {
      const failing = async (name: string) => {
        const results = await run(exported(url, name), [1], { target }).catch((error) => ({
          failures: [{ error }],
        }));
        return results.failures[0].error.message;
      };
      expect(await failing("generate")).toContain("generate is a generator function");
      expect(await failing("Helper")).toContain("Helper is a class, expected a function.");
      expect(await failing("plian")).toContain('does not export the function plian (did you mean "plain"?)');
      expect(await failing("kernel")).toContain(
        'exports "kernel", which is a kernel: pass it directly, without exported().',
      );
      expect(await failing("number")).toContain('exports "number", which is a number, not a function.');
    },
  );
});

describe("a decorator", () => {
  test("may stand above or below @action", async () => {
    for (const target of ["threads", "for", "async"] as const) {
      const ordered: any = Ordered.from(2).with({ target });
      expect(await ordered.above()).toBeInstanceOf(Ordered);
      expect(await ordered.below()).toBeInstanceOf(Ordered);
    }
    const job = (new Dataset(4, Ordered).pipeline() as any).below().above();
    await job.run({ batchSize: 2 });
  });

  const context = (more: object) => ({ kind: "method", name: "f", static: false, private: false, ...more });
  const f = { f() {} }.f;

  test.each<[string, () => unknown, string]>([
    [
      "without its spec",
      () => loosely(f, context({})),
      'inbatchParallel decorates f without a spec: write @inbatchParallel({ init: "indices" }).',
    ],
    [
      "with the method first",
      () => loosely(f, { init: "indices" }).length,
      "takes the spec first and the method second",
    ],
    [
      "twice",
      () => loosely({ init: "indices" }, loosely({ init: "indices" }, f)),
      "f is a parallel one already: decorate it once.",
    ],
    ["on a generator", () => loosely({ init: "indices" }, function* g() {}), "g is a generator function"],
    ["on a class", () => loosely({ init: "indices" }, class G {}), "G is a class, expected a function."],
    [
      "on an accessor",
      () => loosely({ init: "indices" })(f, context({ kind: "accessor" })),
      "f is an accessor.",
    ],
    [
      "on a static method",
      () => loosely({ init: "indices" })(f, context({ static: true })),
      "f is not one: it is static.",
    ],
    [
      "action on a static method",
      () => action(f, context({ static: true }) as any),
      "action decorates public methods of a batch, and f is not one: it is static.",
    ],
    [
      "action with parentheses",
      () => (action as any)(),
      "action is written without parentheses: @action, not @action().",
    ],
    ["action on a field", () => (action as any)(undefined, context({ kind: "field" })), "f is a field."],
    [
      "rows without names",
      () => loosely({ init: rows }, f),
      'rows takes names of components: write rows("x").',
    ],
    [
      "columns without names",
      () => loosely({ init: columns }, f),
      'columns takes names of components: write columns("x").',
    ],
    [
      "into without a name",
      () => loosely({ init: "indices", post: into }, f),
      'into takes names of components: write into("x").',
    ],
    [
      "a post as init",
      () => loosely({ init: into("x") }, f),
      "into(…) and reduce(…) make a post, not an init.",
    ],
    ["an init as post", () => loosely({ init: "indices", post: rows("x") }, f), "make an init, not a post."],
    [
      "an option among the arguments",
      () => loosely({ init: rows("x"), post: into("y"), worker: 2 }, f),
      '"worker" is one letter away from the option "workers", and neither init nor post takes it',
    ],
  ])("%s is told so", (_, wrong, message) => {
    expect(wrong).toThrow(TypeError);
    expect(wrong).toThrow(message);
  });

  test("on a class that is no batch says so", async () => {
    class Plain {
      indices = [1];
      f = loosely({ init: "indices" }, f);
    }
    await expect(new Plain().f()).rejects.toThrow(
      "Plain.f is a parallel method, and Plain is not a batch: class Plain extends Batch.",
    );
  });
});

describe("a name of an init or post", () => {
  test.each([
    ["init", "indexes", 'did you mean "indices"?'],
    ["init", "files", 'did you mean "paths"?'],
    ["init", "x", 'it is a component: rows("x") passes its rows to the items.'],
    ["post", "x", 'it is a component: into("x") makes it of the results.'],
    ["post", "peaks", 'to keep results, into("peaks").'],
  ])("%s: %s is told what was meant", async (role, name, message) => {
    class Named extends Batch<any, number> {
      act = loosely({ init: "indices", [role]: name, target: "for" }, (n: number) => n);
    }
    await expect((Named.from(2, { x: [1, 2] }) as any).act()).rejects.toThrow(message);
  });

  test("that there is not comes with the first names that there are", async () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, i]));
    class Many extends Batch<any, number> {
      constructor(ids: number) {
        super(ids);
        Object.assign(this, many);
      }
      act = loosely({ init: "nowhere", target: "for" }, (n: number) => n);
    }
    const error = await (new Many(1) as any).act().catch((thrown: Error) => thrown);
    expect(error.message).toMatch(/There are: indices, act, .* and 3[0-9] more\.$/);
    expect(error.message).not.toContain("dispose");
  });
});

test("partial of a function made in a method is told as the function is", async () => {
  const made = loosely({ init: "indices", target: "mpc" }, () => partial((n: number) => n));
  Object.assign(Mistaken.prototype, { made });
  await expect(batch().made()).rejects.toThrow("returned a function without a name");
});

describe("taken apart on for", () => {
  class Record {
    constructor(readonly user: number) {}
  }
  class Users extends Batch<any, any> {}
  const apart = (init: any, method: any) =>
    loosely({ init, post: (each: any) => [...each], target: "for" }, method);

  test("objects of a class are, and those that come behind a hole", async () => {
    const method = apart(rows("user"), function find({ user } = { user: 0 }) {
      return user;
    });
    expect(await method.call(Users.from(2, { user: [new Record(1), new Record(2)] }))).toEqual([1, 2]);
    expect(await method.call(Users.from(2, { user: [undefined, { user: 2 }] }))).toEqual([0, 2]);
  });

  test("strings are, into what they have, and what a function of one argument passes on is not", async () => {
    const wide = apart("indices", ({ length, at }: string) => [length, typeof at]);
    expect(await wide.call(Users.from(["ab"], {}))).toEqual([[2, "function"]]);
    // as compilers write it that leave out parentheses
    const passed = apart("indices", vm.runInThisContext("id => JSON.stringify({ id })"));
    expect(await passed.call(Users.from(["ab"], {}))).toEqual(['{"id":"ab"}']);
  });
});

test("what an init, a method or a post throws itself arrives as it is", async () => {
  class Missing extends TypeError {}
  const thrown = new Missing("threshold is missing");
  const thrower = (_: unknown, __: unknown, ___: unknown) => {
    throw thrown;
  };
  const specs = [
    [{ init: thrower, target: "for" }, () => 1],
    [{ init: "indices", post: thrower, target: "for" }, () => 1],
    [{ init: "indices", target: "nogil" }, thrower],
  ] as const;
  for (const [spec, method] of specs) {
    const error = await loosely(spec, method)
      .call(new Ordered(2))
      .catch((error: unknown) => error);
    expect(error).toBe(thrown);
  }
});
