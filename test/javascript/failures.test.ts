import { describe, expect, test } from "vitest";
import { ErrorParcel } from "../../dist/javascript/codec/errors.js";
import { FailureReader, FailureWriter } from "../../dist/javascript/codec/failures.js";

function travel(errors: readonly Error[]): Error[] {
  const [writer, reader] = [new FailureWriter(), new FailureReader()];
  return errors.map((error) => {
    const read = reader.read(writer.write(error, {}));
    return read instanceof ErrorParcel ? read.open() : read;
  });
}

function described(error: Error): unknown {
  return {
    prototype: Object.getPrototypeOf(error),
    properties: Object.getOwnPropertyNames(error)
      .sort()
      .map((key) => {
        const { enumerable, configurable } = Object.getOwnPropertyDescriptor(error, key)!;
        return { key, value: Reflect.get(error, key), enumerable, configurable };
      }),
  };
}

const classes = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

describe("the failures of a chunk", () => {
  test.each(classes)("keep class, message, stack and how these are properties: %o", (itsClass) => {
    const errors = [new itsClass("one"), new itsClass("two"), new itsClass(), new itsClass("")];
    expect(travel(errors).map(described)).toEqual(errors.map(described));
  });

  test("keep what plain errors have not: names, codes, causes, properties that are listed", () => {
    const named = Object.assign(new Error("m"), { name: "Mine" });
    const coded = Object.assign(new TypeError("m"), { code: "E1" });
    const caused = new RangeError("m", { cause: new Error("why") });
    const listed = new Error("m");
    Object.defineProperty(listed, "message", { enumerable: true });
    const [a, b, c, d] = travel([named, coded, caused, listed]);
    expect(a.name).toBe("Mine");
    expect(b).toMatchObject({ code: "E1" });
    expect(c.cause).toMatchObject({ message: "why" });
    expect(Object.keys(d)).toEqual(["message"]);
  });

  test("keep texts to the bit, and stacks that do not begin with the message", () => {
    const lone = new Error("\ud800");
    const changed = new Error("before");
    changed.message = "after";
    const own = new Error("m");
    own.stack = "no stack at all";
    const errors = [lone, changed, own];
    expect(travel(errors).map(described)).toEqual(errors.map(described));
  });

  test("name a place once, however many come from it, and more places than are remembered", () => {
    const writer = new FailureWriter();
    const thrown = (n: number) => new Error(`item ${n}`);
    const sizes = [1, 2, 3].map((n) => writer.write(thrown(n), {}).length);
    expect(sizes[1]).toBeLessThan(60);
    expect(sizes[2]).toBe(sizes[1]);
    const places = Array.from({ length: 2000 }, (_, i) => {
      const error = new Error(`item ${i}`);
      error.stack = `Error: item ${i}\n    at place ${i % 1000}`;
      return error;
    });
    expect(travel(places).map(({ stack }) => stack)).toEqual(places.map(({ stack }) => stack));
  });
});
