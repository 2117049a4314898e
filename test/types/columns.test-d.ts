import { type Column, type Dense, type Ragged, run, sharedBytes } from "nogil";
import { expectTypeOf, test } from "vitest";

test("columns are iterated and mapped with the types of their items", () => {
  const typed = (
    numbers: Dense<"f64">,
    longs: Dense<"i64">,
    images: Dense<"u8", [2, 3]>,
    rows: Ragged<"f32">,
  ) => {
    expectTypeOf([...numbers]).toEqualTypeOf<number[]>();
    expectTypeOf([...longs]).toEqualTypeOf<bigint[]>();
    expectTypeOf([...images]).toEqualTypeOf<Uint8Array[]>();
    expectTypeOf(rows.toArray()).toEqualTypeOf<Float32Array[]>();
    for (const row of rows) expectTypeOf(row).toEqualTypeOf<Float32Array>();
    const [first] = numbers;
    expectTypeOf(first).toEqualTypeOf<number>();
    expectTypeOf(rows.map((row) => row.length)).toEqualTypeOf<number[]>();
    expectTypeOf(
      longs.map((long, i, column) => {
        expectTypeOf(long).toEqualTypeOf<bigint>();
        expectTypeOf(i).toEqualTypeOf<number>();
        expectTypeOf(column.dtype).toEqualTypeOf<"i64">();
        return String(long);
      }),
    ).toEqualTypeOf<string[]>();
    expectTypeOf(Array.from(numbers, (n) => n > 1)).toEqualTypeOf<boolean[]>();
    expectTypeOf(sharedBytes(3).toArray()).toEqualTypeOf<number[]>();
    // @ts-expect-error the item is a number
    numbers.map((row) => row.length);
  };
  expectTypeOf(typed).toBeFunction();
});

test("a column of one type is still a column of any", () => {
  expectTypeOf<Dense<"f64">>().toExtend<Column>();
  expectTypeOf<Dense<"f64">>().toExtend<Iterable<number>>();
  expectTypeOf<Ragged<"u8">>().toExtend<Column<any, any>>();
  expectTypeOf<Ragged<"u8">>().not.toExtend<Ragged<"f32">>();
  expectTypeOf(run).toBeFunction();
});
