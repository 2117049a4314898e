import { inspect } from "node:util";
import { Batch, exported, ParallelError, run, shutdown, type Target } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { elsewhere, failing, here, inspected, kinds, rows, thrownKinds } from "../fixtures/foreign.js";
import { kernelsFrom } from "../kernels/kernels.js";

const url = new URL("../fixtures/foreign.ts", import.meta.url);
const targets: Target[] = ["threads", "async", "mpc", "for"];
const makers = Object.entries(elsewhere);

afterAll(() => shutdown());

describe.each(targets)("on %s, what comes", (target) => {
  test.each(makers)("from %s arrives as if it were made here", async (_, make) => {
    const show = exported(url, "inspected");
    const expressions = Object.values(kinds);
    const cases = (from: (expression: string) => unknown) => expressions.map((each) => [from(each), "after"]);
    const arrived = await run(show, cases(make), {
      target,
      args: [make("new Set([1])"), make("{ n: [1] }")],
    });
    const expected = cases(here).map((args) => inspected(...args, new Set([1]), { n: [1] }));
    expect(arrived.failures).toEqual([]);
    expect(Object.fromEntries(expressions.map((each, i) => [each, arrived[i]]))).toEqual(
      Object.fromEntries(expressions.map((each, i) => [each, expected[i]])),
    );
  });

  test.each(makers)("from %s in an iterable of entries is read like one", async (_, make) => {
    const show = exported(url, "inspected");
    for (const [entries, expected] of [
      ["[1, [2, 3], { a: 4 }, [[5], { a: 6 }]]", ["[ 1 ]", "[ 2, 3 ]", "[ { a: 4 } ]", "[ 5, { a: 6 } ]"]],
      ["new Set([[1], [2]])", ["[ 1 ]", "[ 2 ]"]],
      ["Float32Array.of(1, 2)", ["[ 1 ]", "[ 2 ]"]],
    ] as const) {
      expect([...(await run(show, make(entries), { target }))]).toEqual(expected);
    }
  });

  test.each(["throw", "reject", "return"])("as an error that items %s fails them", async (how) => {
    const results = await run(exported(url, "failing"), thrownKinds, { target, args: [how] });
    expect(results.failures.map(({ item }) => item)).toEqual(thrownKinds.map((_, i) => i));
    const own = thrownKinds.map((kind) => failing(kind, "return") as any);
    for (const [i, { error }] of results.failures.entries()) {
      expect([error.name, error.message, error.stack]).toEqual([
        own[i].name,
        own[i].message,
        expect.any(String),
      ]);
      expect(`${inspect((error as any).cause?.message)} ${(error as any).errors?.length}`).toBe(
        `${inspect(own[i].cause?.message)} ${own[i].errors?.length}`,
      );
    }
    // with classes of this realm, where they travelled
    if (target !== "for") {
      const classes: unknown[] = results.failures.map(({ error }) => error.constructor);
      expect(classes).toEqual([Error, RangeError, TypeError, AggregateError, EvalError, RangeError, Error]);
      expect(results.failures[4].error).toMatchObject({ code: "E", when: new Date(0) });
    }
    expect(new ParallelError(results).errors).toHaveLength(thrownKinds.length);
  });

  const reasons = {
    "an error of a vm context": elsewhere["a vm context"]("new RangeError('enough')"),
    "an error of here": new RangeError("enough"),
    nothing: undefined,
  };

  test.each(Object.entries(reasons))(
    "as a signal that is no AbortSignal ends a call, for %s",
    async (_, reason) => {
      const signal = new Polyfill();
      const call = run(exported(url, "waiting"), [1, 2], {
        target,
        signal: signal as unknown as AbortSignal,
        timeout: 60_000,
      });
      setTimeout(() => signal.abort(reason), 50);
      const { failures } = await call;
      expect(failures.map(({ error }) => error.message)).toEqual(
        Array(2).fill(reason ? "enough" : "run(waiting) was cancelled."),
      );
    },
  );
});

// what older polyfills of AbortSignal are: their events name no target
class Polyfill {
  aborted = false;
  reason: unknown;
  readonly #listeners = new Set<(event: unknown) => void>();

  addEventListener(_: string, listener: any): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: string, listener: any): void {
    this.#listeners.delete(listener);
  }

  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners) listener({ type: "abort" });
  }
}

const arrays: Record<string, string> = { i64: "Int64Array", u64: "Uint64Array" };
const kernels = await kernelsFrom(
  "realms",
  Object.entries(rows)
    .map(([dtype, row]) => {
      const array = arrays[dtype] ?? here(row).constructor.name;
      return `export function take_${dtype}(x: ${array}, by: f64 = 0): ${array} {
        const before = x.slice(0);
        x[0] = x[1];
        if (by > 0) throw new RangeError("by " + by.toString());
        return before;
      }`;
    })
    .join("\n"),
);

describe.each(["nogil", "for"] as const)("on %s, rows of kernels", (target) => {
  describe.each(makers)("from %s", (_, make) => {
    test.each(Object.entries(rows))("are taken as %s and written to", async (dtype, expression) => {
      const given = [make(expression), make(expression)];
      const results = await run(kernels[`take_${dtype}`], given, { target });
      expect(results.failures).toEqual([]);
      expect([...results]).toEqual([here(expression), here(expression)]);
      for (const row of given) expect(row[0]).toBe(row[1]);
      // and so are views of a part, arrays of them and named ones
      const part = make(
        `{ x: ${expression.replace("of(", "of(7".concat(dtype.endsWith("64") && dtype !== "f64" ? "n, " : ", "))}.subarray(1) }`,
      );
      const [whole] = await run(kernels[`take_${dtype}`], [part], { target });
      expect(whole).toEqual(here(expression));
    });
  });

  test("of another dtype are refused by it", async () => {
    const wrong = elsewhere["a vm context"]("Float64Array.of(1)");
    await expect(run(kernels.take_f32, [wrong], { target })).rejects.toThrow(
      '"x" expects a row of f32, got one of f64 (Float64Array).',
    );
  });

  test("fail for named arguments of a vm context as for any", async () => {
    const args = elsewhere["a vm context"]("[{ by: 2 }]");
    const { failures } = await run(kernels.take_f64, [[[1, 2]]], { target, args });
    expect(failures[0].error).toBeInstanceOf(RangeError);
    expect(failures[0].error.message).toBe("by 2");
  });
});

test.skipIf(!("Float16Array" in globalThis))("kernels refuse rows of Float16Array by name", async () => {
  const half = elsewhere["a vm context"]("Float16Array.of(1)");
  await expect(run(kernels.take_f32, [half])).rejects.toThrow('"x" expects a row of f32, got Float16Array.');
});

test("an action that returns a promise of another realm is awaited", async () => {
  const { action } = await import("nogil");
  const load = action(
    function load(this: Batch) {
      return elsewhere["a vm context"]("(value) => Promise.resolve(value)")(this);
    },
    { kind: "method", name: "load" } as ClassMethodDecoratorContext<Batch>,
  );
  const batch = Batch.from(1);
  expect(await load.call(batch as Batch)).toBe(batch);
});
