import { type Random, random } from "nogil";
import { expectTypeOf, test } from "vitest";

test("random takes a seed that is a number and a key that is a number or a string", () => {
  expectTypeOf(random(1, 2)).toEqualTypeOf<Random>();
  expectTypeOf(random(1, "patient-17")).toEqualTypeOf<Random>();
  const id: number | string = Date.now() > 0 ? "a" : 1;
  void random(1, id);
  // @ts-expect-error a seed that is no number
  void random("1", 2);
  // @ts-expect-error a key that is a bigint
  void random(1, 2n);
  // @ts-expect-error no key
  void random(1);
  // @ts-expect-error a key that may be missing
  void random(1, undefined as string | undefined);
});

test("a generator's methods return numbers, and only int takes an argument", () => {
  const generator = random(1, 2);
  expectTypeOf(generator.next()).toEqualTypeOf<number>();
  expectTypeOf(generator.normal()).toEqualTypeOf<number>();
  expectTypeOf(generator.int(6)).toEqualTypeOf<number>();
  // @ts-expect-error no bound
  void generator.int();
  // @ts-expect-error a bound that is a bigint
  void generator.int(6n);
  // @ts-expect-error next takes nothing
  void generator.next(6);
});
