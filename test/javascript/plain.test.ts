import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plainJson } from "../../dist/javascript/codec/plain.js";

const arrived = (value: unknown): unknown => {
  const json = plainJson(value);
  return json === undefined ? value : JSON.parse(json);
};

describe("what an item returns as JSON", () => {
  test("is what structured clone makes of it, to the bit", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), (value) => {
        expect(arrived(value)).toStrictEqual(plainJson(value) === undefined ? value : structuredClone(value));
      }),
      { numRuns: 500 },
    );
  });

  test("is a small object or list of plain values", () => {
    expect(plainJson({ x: 1.5, ok: true, name: "né", rest: [null, [1, 2]] })).toBe(
      '{"x":1.5,"ok":true,"name":"né","rest":[null,[1,2]]}',
    );
    expect(plainJson([])).toBe("[]");
    expect(plainJson({})).toBe("{}");
  });

  test("keeps lone surrogates, and a key that stands for the prototype elsewhere", () => {
    const value = { text: "\ud800x", ["__proto__"]: { polluted: true } };
    expect(arrived(value)).toStrictEqual(structuredClone(value));
    expect(Object.keys(arrived(value) as object)).toEqual(["text", "__proto__"]);
    expect(plainJson({ "\udfff": 1 })).toBe('{"\\udfff":1}');
  });

  const twice = { x: 1 };
  const cyclic: unknown[] = [];
  cyclic.push(cyclic);
  test.each<[string, unknown]>([
    ["-0", [-0]],
    ["NaN", { x: Number.NaN }],
    ["an infinity", [Number.POSITIVE_INFINITY]],
    ["undefined", { x: undefined }],
    ["a bigint", [1n]],
    ["a function", { toJSON: () => 1 }],
    ["a symbol", [Symbol("x")]],
    ["a date", [new Date(0)]],
    ["a typed array", [Uint8Array.of(1)]],
    ["an instance", new (class Own {})()],
    ["a null prototype", Object.create(null)],
    ["holes", new Array(3)],
    ["a list with a property", Object.assign([1], { more: 2 })],
    ["a hole that a property stands in for", Object.assign(new Array(1), { more: 2 })],
    ["a part that is there twice", [twice, twice]],
    ["a cycle", cyclic],
    ["a date of another prototype", Object.setPrototypeOf(new Date(7), Object.prototype)],
    [
      "what a function was called with",
      (function () {
        // biome-ignore lint/complexity/noArguments: it is what is tested
        return arguments;
      })(),
    ],
    ["a proxy", new Proxy({ x: 1 }, {})],
    ["many parts", Array.from({ length: 1000 }, (_, i) => i)],
    ["a long text", ["x".repeat(10_000)]],
    ["a number", 1],
    ["null", null],
  ])("is left to the serializer: %s", (_, value) => {
    expect(plainJson(value)).toBeUndefined();
  });
});
