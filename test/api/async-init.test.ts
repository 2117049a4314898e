import { Batch, type Item, inbatchParallel, type Results } from "nogil";
import { expect, test } from "vitest";

class Pages extends Batch<any, string> {
  closed = 0;
  fails = false;

  async *texts() {
    for (const id of this.indices) {
      if (this.fails) throw new RangeError(`${id} cannot be read`);
      yield `text of ${id}`;
    }
  }

  silent() {
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: () => new Promise<never>(() => {}),
      return: async () => {
        this.closed++;
        return { done: true as const, value: undefined };
      },
    };
    return source as AsyncIterable<string>;
  }

  @inbatchParallel({ init: "texts", post: "collect", target: "for" })
  measure(text: Item<string>) {
    return text.length;
  }

  @inbatchParallel({ init: "silent", post: "collect", target: "for" })
  never(text: Item<string>) {
    return text.length;
  }

  collect(results: Results<unknown>) {
    return [...results];
  }
}

test("an init that is an async generator is read to its end before the items run", async () => {
  expect(await Pages.from(["a", "bc"]).measure()).toEqual([9, 10]);
  expect(await Pages.from([]).measure()).toEqual([]);
});

test("what it throws is what the call rejects with", async () => {
  const pages = Pages.from(["a"]);
  pages.fails = true;
  await expect(pages.measure()).rejects.toThrow(new RangeError("a cannot be read"));
});

test("one that yields nothing is closed when the call is cancelled, or its deadline has passed", async () => {
  const pages = Pages.from(["a"]);
  const controller = new AbortController();
  const call = pages.with({ signal: controller.signal }).never();
  setTimeout(() => controller.abort(new Error("enough")), 5);
  await expect(call).rejects.toThrow("enough");
  await expect(pages.with({ deadline: 5 }).never()).rejects.toMatchObject({ name: "TimeoutError" });
  expect(pages.closed).toBe(2);
});
