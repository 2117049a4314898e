import { configure, type Target } from "nogil";
import { expectTypeOf, test } from "vitest";

test("the targets are those of the registry", () => {
  expectTypeOf<Target>().toEqualTypeOf<"threads" | "nogil" | "async" | "mpc" | "for">();
  configure({ target: "for" });
  // @ts-expect-error no engine has that name
  configure({ target: "gpu" });
});
