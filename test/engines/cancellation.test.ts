import { currentSignal, type RunOptions, shutdown } from "nogil";
import { afterAll, describe, expect, test, vi } from "vitest";
import { type Kind, OwnSignalBatch, SignalBatch } from "../fixtures/signal-batch.js";
import { makeLog } from "./jobs.js";

afterAll(() => shutdown());

const targets = ["threads", "async", "mpc"] as const;

/** Runs items, and says what came of each and what the items wrote. */
async function runItems(
  method: (typeof targets)[number],
  kind: Kind,
  options: RunOptions & { target?: "for" },
  { ids = [1, 2], began }: { ids?: number[]; began?: (lines: string[]) => void } = {},
) {
  using log = makeLog();
  const batch = SignalBatch.from(ids).with({ workers: 1, chunkSize: 10 }).with(options) as any;
  const running: Promise<any> = batch[method](kind, log.path);
  if (began) {
    await vi.waitUntil(() => log.lines().some((line) => line.endsWith("began")), 20_000);
    began(log.lines());
  }
  const results = await running;
  return { results: [...results] as unknown[], lines: log.lines() };
}

describe.each(targets)("%s", (method) => {
  test("lets a loop that never waits see that the call was cancelled, and fails the rest", async () => {
    const controller = new AbortController();
    const reason = new RangeError("enough of it");
    const { results, lines } = await runItems(
      method,
      "spin",
      { signal: controller.signal, grace: 10_000, concurrency: 1 },
      { ids: [0, 1, 2], began: () => setTimeout(() => controller.abort(reason), 50) },
    );
    expect(lines).toEqual(["0 began", "1 began", "1 RangeError: enough of it"]);
    expect(results[0]).toBe(0);
    for (const [item, error] of [results[1], results[2]].entries())
      expect(error).toMatchObject({
        name: "RangeError",
        message: "enough of it",
        item: item + 1,
        cause: reason,
      });
  });

  test("tells an item that waits of the deadline", async () => {
    // starting a worker takes long on a busy machine
    await runItems(method, "spin", {}, { ids: [0] });
    const { results, lines } = await runItems(
      method,
      "wait",
      { deadline: 1500, grace: 10_000, concurrency: 1 },
      { ids: [1] },
    );
    expect(lines).toEqual([
      "1 began",
      expect.stringMatching(/^1 TimeoutError: SignalBatch\.\w+ took longer than its deadline of 1500 ms/),
    ]);
    expect(results).toEqual([expect.objectContaining({ name: "TimeoutError" })]);
  });

  test("tells an item of its own timeout, and no other", async () => {
    const { results, lines } = await runItems(method, "wait", { timeout: 300 }, { ids: [1, 0] });
    expect(lines.filter((line) => !line.endsWith("began"))).toEqual([
      "1 TimeoutError: The item took longer than its timeout of 300 ms.",
    ]);
    expect(results).toEqual([expect.objectContaining({ name: "TimeoutError" }), 0]);
  });

  test("lets a loop end by itself at its timeout, so that its worker goes on", async () => {
    const { results, lines } = await runItems(
      method,
      "spin",
      { timeout: 200, grace: 10_000 },
      { ids: [1, 2, 0] },
    );
    expect(lines).toEqual([
      "1 began",
      "1 TimeoutError: The item took longer than its timeout of 200 ms.",
      "2 began",
      "2 TimeoutError: The item took longer than its timeout of 200 ms.",
      "0 began",
    ]);
    expect(results).toEqual([
      expect.objectContaining({ name: "TimeoutError" }),
      expect.objectContaining({ name: "TimeoutError" }),
      0,
    ]);
  });

  test("keeps what an item still returns in the time it is given", async () => {
    const controller = new AbortController();
    const { results } = await runItems(
      method,
      "finish",
      { signal: controller.signal, grace: 10_000 },
      { ids: [4], began: () => controller.abort() },
    );
    expect(results).toEqual([40]);
  });

  test("ends the worker of an item that does not listen", async () => {
    const controller = new AbortController();
    const { results } = await runItems(
      method,
      "deaf",
      { signal: controller.signal, grace: 50 },
      { ids: [4], began: () => controller.abort() },
    );
    expect(results).toEqual([expect.objectContaining({ name: "AbortError" })]);
  });
});

describe.each([
  ["async on the caller's loop", "async", { workers: 0, concurrency: 1 }],
  ["for", "async", { target: "for" }],
] as const)("%s", (_, method, options) => {
  test("tells an item that waits that the call was cancelled", async () => {
    const controller = new AbortController();
    const { results, lines } = await runItems(
      method,
      "wait",
      { ...options, signal: controller.signal },
      { ids: [1], began: () => setTimeout(() => controller.abort(new RangeError("enough")), 20) },
    );
    expect(lines).toEqual(["1 began", "1 RangeError: enough"]);
    expect(results).toEqual([expect.objectContaining({ message: "enough" })]);
  });

  test("lets a loop end by itself at its timeout and at the deadline", async () => {
    const late = await runItems(method, "spin", { ...options, timeout: 60 }, { ids: [1, 0] });
    expect(late.lines[1]).toBe("1 TimeoutError: The item took longer than its timeout of 60 ms.");
    expect(late.results).toEqual([expect.objectContaining({ name: "TimeoutError" }), 0]);

    const over = await runItems(method, "spin", { ...options, deadline: 60 }, { ids: [1, 0] });
    expect(over.lines[1]).toMatch(/^1 TimeoutError: .*its deadline of 60 ms/);
    expect(over.results).toEqual([
      expect.objectContaining({ name: "TimeoutError" }),
      expect.objectContaining({ name: "TimeoutError" }),
    ]);
  });

  test("leaves an item behind that does not listen", async () => {
    const controller = new AbortController();
    const batch = SignalBatch.from([1]).with({ ...options, signal: controller.signal, grace: 20 }) as any;
    const running = batch.async("wait", "/dev/null");
    controller.abort();
    expect([...(await running)]).toEqual([expect.objectContaining({ name: "AbortError" })]);
  });
});

test("a signal outside of calls never fires, and any number may listen to it", () => {
  const batch = SignalBatch.from(1);
  expect(batch.signal.aborted).toBe(false);
  expect(currentSignal()).toBeInstanceOf(AbortSignal);
  expect(batch.signal).toBeInstanceOf(AbortSignal);
});

test("a class may have a signal of its own, which travels like any member", async () => {
  const batch = (OwnSignalBatch as any).from([1, 2]);
  expect([...(await batch.read())]).toEqual(["1 mine", "2 mine"]);
});
