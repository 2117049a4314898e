import { expect, test } from "vitest";
import { Attempt } from "../../dist/javascript/worker/attempt.js";

class One extends Attempt {
  reason: Error | undefined;

  constructor() {
    super(undefined);
  }

  override run = () => 1;
  protected override settle(): void {}
  protected override cancelled = () => this.reason;
}

test("the signal of an item that has ended never fires, also when it is first asked for then", async () => {
  const [early, late] = [new One(), new One()];
  const fired: string[] = [];
  early.signal.addEventListener("abort", () => fired.push("early"));
  for (const item of [early, late]) item.start();
  for (const item of [early, late]) item.reason = new Error("of the next call");
  late.signal.addEventListener("abort", () => fired.push("late"));
  expect([early, late].map(({ signal }) => signal.aborted)).toEqual([false, false]);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(fired).toEqual([]);
});

const boom = () => {
  throw new RangeError("no promise");
};
test.each([
  ["a then that throws", { value: boom }],
  ["a then that throws when it is asked for", { get: boom }],
])("an item that returns %s fails by itself", async (_, property) => {
  // biome-ignore lint/suspicious/noThenProperty: it is what the test is about
  const odd = Object.defineProperty({}, "then", property);
  const settled = await new Promise((resolve) => {
    class Odd extends One {
      override run = () => odd as never;
      protected override settle(...outcome: unknown[]): void {
        resolve(outcome);
      }
    }
    new Odd().start();
  });
  expect(settled).toEqual([true, new RangeError("no promise")]);
});
