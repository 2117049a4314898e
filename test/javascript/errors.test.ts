import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ParallelError, toResults } from "../../dist/api/results.js";
import { isError } from "../../dist/base/realms.js";
import { ErrorParcel, packError } from "../../dist/javascript/codec/errors.js";
import { toError } from "../../dist/javascript/thrown.js";

const travel = (error: Error, exports: Record<string, unknown> = {}): any =>
  new ErrorParcel(packError(error, exports)).open(exports);

const shown = (error: any): unknown =>
  isError(error)
    ? Object.fromEntries(
        ["name", "message", "stack", ...Object.getOwnPropertyNames(error)].map((key) => [
          key,
          shown((error as any)[key]),
        ]),
      )
    : Array.isArray(error)
      ? error.map(shown)
      : error;

const builtIns = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

const plain = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.bigInt(),
  fc.array(fc.integer()),
);

const anyError: fc.Arbitrary<Error> = fc.letrec<{ error: Error }>((tie) => ({
  error: fc
    .record({
      errorClass: fc.constantFrom(...builtIns),
      message: fc.string(),
      own: fc.dictionary(
        fc.string({ minLength: 1 }).filter((key) => !(key in Error.prototype)),
        plain,
        { maxKeys: 3 },
      ),
      cause: fc.option(fc.oneof({ depthSize: "small" }, plain, tie("error")), { nil: undefined }),
      errors: fc.option(fc.array(tie("error"), { maxLength: 2 }), {
        nil: undefined,
        depthIdentifier: "errors",
      }),
    })
    .map(({ errorClass, message, own, cause, errors }) => {
      const options = cause === undefined ? undefined : { cause };
      const error = errors ? new AggregateError(errors, message, options) : new errorClass(message, options);
      return Object.assign(error, own);
    }),
})).error;

describe("an error that travels", () => {
  test("keeps class, name, message, stack, cause, errors and own properties", () => {
    fc.assert(
      fc.property(anyError, (error) => {
        const arrived = travel(error);
        expect(arrived.constructor).toBe(error.constructor);
        expect(shown(arrived)).toEqual(shown(error));
        expect(Object.keys(arrived)).toEqual(Object.keys(error));
      }),
    );
  });

  test("keeps a cycle of causes", () => {
    const error: any = new Error("a", { cause: new Error("b") });
    error.cause.cause = error;
    const arrived = travel(error);
    expect(arrived.cause.message).toBe("b");
    expect(arrived.cause.cause).toBe(arrived);
  });

  test("keeps a class that its module exports, whose constructor is not called", () => {
    class HttpError extends TypeError {
      constructor(readonly status: number) {
        super(`status ${status}`);
        if (status !== 404) throw new Error("called again");
      }
    }
    const arrived = travel(new HttpError(404), { Renamed: HttpError });
    expect(arrived).toBeInstanceOf(HttpError);
    expect(arrived).toMatchObject({ status: 404, message: "status 404" });
  });

  test("keeps what accessors return that read private fields, and leaves others to the class", () => {
    class Guarded extends Error {
      readonly #status = 404;
      readonly parts = ["a", "b"];
      get status() {
        return this.#status;
      }
      get count() {
        return this.parts.length;
      }
      override get name() {
        return `Guarded${this.#status}`;
      }
    }
    for (const exports of [{ Guarded }, {}]) {
      const arrived = travel(new Guarded("m"), exports);
      expect([arrived.status, arrived.count, arrived.name]).toEqual([404, 2, "Guarded404"]);
      expect(Object.keys(arrived)).toEqual(["parts"]);
    }
    expect(Object.hasOwn(travel(new Guarded("m"), { Guarded }), "count")).toBe(false);
  });

  test("is found in an object that its module exports, and by the nearest class that is", () => {
    class Base extends TypeError {}
    class Inner extends Base {}
    expect(travel(new Inner("i"), { default: { Inner } })).toBeInstanceOf(Inner);
    expect(travel(new Inner("i"), { default: { Base } }).constructor).toBe(Base);
  });

  test("keeps classes that Node has elsewhere than among its globals, and classes made from DOMException", () => {
    class Aborted extends DOMException {}
    expect(travel(new WebAssembly.LinkError("l"))).toBeInstanceOf(WebAssembly.LinkError);
    const arrived = travel(new Aborted("a", "AbortError"), { Aborted });
    expect(arrived).toBeInstanceOf(Aborted);
    expect([arrived.name, arrived.message, arrived.code]).toEqual(["AbortError", "a", 20]);
  });

  test("becomes the nearest built-in class where its own is not known, under its own name", () => {
    class Secret extends RangeError {
      override name = "Secret";
    }
    const arrived = travel(new Secret("psst"));
    expect(arrived.constructor).toBe(RangeError);
    expect(arrived.name).toBe("Secret");
  });

  test("keeps a name that only its class gave, where the class is not known on the other side", () => {
    class Named extends Error {
      override get name() {
        return "Named";
      }
    }
    const arrived = new ErrorParcel(packError(new Named("n"), { Named })).open({});
    expect(arrived.constructor).toBe(Error);
    expect(arrived.name).toBe("Named");
  });

  test("keeps a DOMException", () => {
    const arrived = travel(new DOMException("too long", "TimeoutError"));
    expect(arrived).toBeInstanceOf(DOMException);
    expect(arrived).toMatchObject({ name: "TimeoutError", message: "too long", code: 23 });
  });

  test("leaves out what cannot travel, and keeps the rest", () => {
    const error = Object.assign(new Error("m"), {
      code: "E",
      callback: () => {},
      request: { socket: new WeakMap() },
    });
    expect(travel(error)).toMatchObject({ code: "E", message: "m" });
    expect(Object.keys(travel(error))).toEqual(["code"]);
  });

  test("survives a getter that throws", () => {
    const error = new Error("m");
    Object.defineProperty(error, "broken", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(travel(error).message).toBe("m");
  });
});

describe("what is thrown and is no error", () => {
  test.each([
    ["words", '"words"'],
    [undefined, "undefined"],
    [null, "null"],
    [5n, "5"],
    [Symbol("s"), "Symbol(s)"],
    [{ a: 1 }, "an object (Object)"],
    [() => {}, "the function without a name"],
  ])("becomes the cause of an error that names it: %s", (thrown, named) => {
    const error = toError(thrown);
    expect(error.message).toBe(`The item threw ${named}, which is not an Error.`);
    expect(error.cause).toBe(thrown);
    expect(() => travel(error)).not.toThrow();
  });

  test("and cannot be looked at becomes an error all the same", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const odd = {
      get constructor() {
        throw "odd";
      },
    };
    expect(toError(proxy).message).toMatch(/throws when it is looked at: .*revoked/);
    expect(toError(odd).message).toBe("The item threw an object that throws when it is looked at: odd.");
    expect(() => travel(toError(odd))).not.toThrow();
  });
});

test("an error of thousands of items prints a few of them after its way from a worker, too", () => {
  const failed = Array.from({ length: 3000 }, (_, i) => new RangeError(`bad ${i}`));
  const failures = new Map(failed.entries());
  const sent = new ParallelError(toResults({ length: 3000, values: failed, failures } as any, "B.go"));
  const arrived = travel(sent, { ParallelError });
  expect(arrived).toBeInstanceOf(ParallelError);
  expect(arrived.errors.map(({ message }: Error) => message)).toEqual(failed.map(({ message }) => message));
  expect(inspect(arrived).split("\n").length).toBeLessThan(100);
});

test("an accessor of an error's own stays one", () => {
  const error = Object.defineProperty(new Error("e"), "list", { get: () => [1], enumerable: true });
  const arrived = travel(error);
  expect(Object.getOwnPropertyDescriptor(arrived, "list")).toMatchObject({
    set: undefined,
    enumerable: true,
  });
  expect(arrived.list).toEqual([1]);
});
