import { Batch, configure, exported, into, partial, run } from "nogil";
import { describe, expect, test } from "vitest";
import * as realms from "../../dist/base/realms.js";
import { elsewhere, here, rows } from "../fixtures/foreign.js";

const other = elsewhere["a vm context"];

const asked = {
  Map: realms.isMap,
  Set: realms.isSet,
  Date: realms.isDate,
  ArrayBuffer: realms.isArrayBuffer,
  SharedArrayBuffer: realms.isSharedArrayBuffer,
  Error: realms.isError,
  "plain object": realms.isPlainObject,
};

const values: Record<string, keyof typeof asked | undefined> = {
  "new Map()": "Map",
  "new (class M extends Map {})()": "Map",
  "new Set()": "Set",
  "new Date()": "Date",
  "/a/": undefined,
  "new ArrayBuffer(1)": "ArrayBuffer",
  "new SharedArrayBuffer(1)": "SharedArrayBuffer",
  "Promise.resolve()": undefined,
  "new Error()": "Error",
  "new AggregateError([])": "Error",
  "new (class E extends Error { get [Symbol.toStringTag]() { return 'E'; } })()": "Error",
  "{}": "plain object",
  "Object.create(null)": "plain object",
  "{ __proto__: { a: 1 } }": undefined,
  "new (class A {})()": undefined,
  "[]": undefined,
  "new Float32Array(1)": undefined,
  "new DataView(new ArrayBuffer(1))": undefined,
  "new WeakMap()": undefined,
  "() => {}": undefined,
  "(function* () {})()": undefined,
  null: undefined,
  undefined: undefined,
  "'text'": undefined,
  7: undefined,
  // look like one, and are none
  "Object.assign(Object.create({ a: 1 }), { [Symbol.toStringTag]: 'Map' })": undefined,
  "Object.assign(Object.create({ a: 1 }), { [Symbol.toStringTag]: 'ArrayBuffer' })": undefined,
  "Object.assign(Object.create({ a: 1 }), { [Symbol.toStringTag]: 'SharedArrayBuffer' })": undefined,
};

test.each(Object.entries(values))("%s is what it is here and in a vm context", (expression, kind) => {
  for (const make of [here, other]) {
    const value = make(expression);
    const answers = Object.entries(asked).filter(([, is]) => is(value));
    expect(answers.map(([name]) => name)).toEqual(kind === undefined ? [] : [kind]);
  }
});

const whole = [
  "new Date()",
  "/a/",
  "new ArrayBuffer(1)",
  "new SharedArrayBuffer(1)",
  "Promise.resolve()",
].concat([
  "new WeakMap()",
  "new WeakSet()",
  "new Error()",
  "new Float32Array(1)",
  "new DataView(new ArrayBuffer(1))",
]);
const inParts = ["{}", "[]", "Object.create(null)", "new Map()", "new Set()", "new (class A {})()"];

test("what travels as a whole does so whichever realm it is of", () => {
  for (const make of [here, other]) {
    expect(whole.map((each) => realms.isOpaque(make(each)))).toEqual(whole.map(() => true));
    expect(inParts.map((each) => realms.isOpaque(make(each)))).toEqual(inParts.map(() => false));
  }
});

describe.each(Object.entries(elsewhere))("what comes from %s", (_, make) => {
  test.each(Object.entries(rows))("a row of %s makes components and takes values", (dtype, expression) => {
    const [row, own] = [make(expression), here(expression)];
    const batch: any = Batch.from(2, { dense: row, rows: [row, row], mixed: [row, own] });
    expect([batch.data.dense.dtype, batch.data.rows.dtype, batch.data.mixed.dtype]).toEqual([
      dtype,
      dtype,
      dtype,
    ]);
    expect(batch.data.dense.values).toEqual(own);
    expect(batch.data.rows.at(1)).toEqual(own);
    const allocated: any = batch.allocate("room", { dtype: dtype as "f64", shape: [2], values: [row, row] });
    expect(allocated.at(1)).toEqual(own);
    batch.dispose();
  });

  test("an array of numbers and an array of strings are components", () => {
    const batch: any = Batch.from(make("['a', 'b']"), make("{ x: [1, 2], y: ['p', 'q'] }"));
    expect([...batch.indices]).toEqual(["a", "b"]);
    expect([...batch.data.x.values, ...batch.data.y]).toEqual([1, 2, "p", "q"]);
    batch.set(make("{ x: [3, 4] }"));
    expect([...batch.data.x.values]).toEqual([3, 4]);
    batch.dispose();
  });

  test("options, bound arguments and named ones are read", async () => {
    const f = exported(new URL("../fixtures/foreign.ts", import.meta.url), "inspected");
    const bound = partial(f, make("{ c: 3 }"));
    const entries = make("[{ a: 1 }, [1, 2], [[1], { a: 2 }]]");
    const options = make("{ args: [{ b: 2 }], workers: 1, timeout: 10_000 }");
    const [one, two, three] = await run(bound, entries, options);
    expect([one, two, three]).toEqual([
      "[ { c: 3, a: 1, b: 2 } ]",
      "[ 1, 2, { c: 3, b: 2 } ]",
      "[ 1, { c: 3, a: 2, b: 2 } ]",
    ]);
  });

  test("and so is what configure and a post's options get", () => {
    expect(configure(make("{ workers: undefined }"))).toBeUndefined();
    expect(into("y", make("{ fill: 0 }")).component).toBe("y");
    expect(() => into("y", make("{ fil: 0 }"))).toThrow('there is no option "fil"; did you mean "fill"?');
  });
});

// as whatwg-url and jsdom have it
class ForeignURL {
  constructor(
    readonly href: string,
    readonly protocol = new URL(href).protocol,
    readonly searchParams = {},
  ) {}

  toString(): string {
    return this.href;
  }
}

test("a URL of another class names a module", async () => {
  const { href } = new URL("../fixtures/foreign.ts", import.meta.url);
  const results = await run(exported(new ForeignURL(href) as unknown as URL, "inspected"), [1]);
  expect([...results]).toEqual(["[ 1 ]"]);
});

test("a legacy URL object is none", () => {
  const legacy = { href: "file:///a.js", protocol: "file:", path: "/a.js" };
  expect(() => exported(legacy as unknown as URL, "f")).toThrow("takes the URL of a module");
});

describe.skipIf(!("Float16Array" in globalThis))("a Float16Array, which no dtype is for", () => {
  const make = Object.values({ here, ...elsewhere });

  test("is refused by name as a component and as rows", () => {
    for (const each of make) {
      const half = each("Float16Array.of(1, 2)");
      expect(() => Batch.from(2, { x: half })).toThrow("no column has the elements of a Float16Array");
      expect(() => Batch.from(2, { x: [half, half] })).toThrow(
        "no column has the elements of a Float16Array, expected a typed array of i8",
      );
    }
  });
});
