import { expect, test } from "vitest";
import { itemTimeoutText, textOfEnd, workerEnded } from "../../dist/workers/ending.js";

test("reports say why a worker ended, and nothing of one that was not needed any more", () => {
  const crash = new Error("out of memory");
  const texts = [
    textOfEnd({ kind: "timeout", item: 4 }),
    textOfEnd({ kind: "timeout" }),
    textOfEnd({ kind: "cancelled" }),
    textOfEnd({ kind: "abandoned" }),
    textOfEnd({ kind: "crashed", error: crash }),
    textOfEnd({ kind: "crashed" }),
    textOfEnd({ kind: "closed" }),
    textOfEnd(undefined),
  ];
  expect(texts).toEqual([
    "item 4 was over its timeout",
    "an item was over its timeout",
    "its call was cancelled",
    "items that it gave up still ran",
    "out of memory",
    "it ended by itself",
    undefined,
    undefined,
  ]);
});

test("an item that is lost says what ended its worker, with a code and the cause", () => {
  const cause = new Error("exit code 3");
  const error = workerEnded("process", cause.message, cause);
  expect(error).toMatchObject({
    message: "The process that ran this item ended: exit code 3.",
    code: "ERR_NOGIL_WORKER_ENDED",
    cause,
  });
  expect("cause" in workerEnded("thread", "for no known reason")).toBe(false);
  expect(itemTimeoutText("thread", 50)).toBe(
    "The item took longer than its timeout of 50 ms, so its thread was ended.",
  );
});
