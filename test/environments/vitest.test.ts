import { action, Batch, exported, type Item, inbatchParallel, type Results, run } from "nogil";
import { expect, test } from "vitest";

const square = (n: number) => n * n;

/** A class that lies where the test lies. */
class Own extends Batch<Record<string, never>, number> {
  static override module = import.meta.url;

  kept: unknown[] = [];

  @action
  @inbatchParallel({ init: "indices", post: "keep", target: "threads" })
  act(n: Item<number>) {
    return n as number;
  }

  @action
  @inbatchParallel({ init: "indices", post: "keep", target: "mpc" })
  square() {
    return square;
  }

  keep(results: Results<number>) {
    this.kept = [...results];
    return this;
  }
}

const advice =
  "it is a test file, or needs a test runner, and a worker can import neither. Move what it is to run to a module of its own";

test("a class or a function in a test file is told to move, and works on target for", async () => {
  const batch = Own.from(2);
  await expect(batch.act()).rejects.toThrow(advice);
  await expect(batch.square()).rejects.toThrow(advice);
  for (const target of ["threads", "mpc"] as const) {
    await expect(run(exported(import.meta.url, "square"), [1, 2], { target })).rejects.toThrow(advice);
  }
  await batch.with({ target: "for" }).act();
  expect(batch.kept).toEqual([0, 1]);
});
