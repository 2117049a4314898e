import { expect, test } from "vitest";
import { Attempt } from "../../dist/workers/attempt.js";

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
