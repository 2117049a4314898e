import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Batch, shutdown, subscribe } from "nogil";
import { toArrow } from "nogil/arrow";
import { afterAll, describe, expect, test, vi } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";
import { JobBatch } from "../fixtures/job-batch.js";
import { observed } from "../fixtures/observed-batch.js";

afterAll(() => shutdown());

const life = () => {
  const batch = JobBatch.from(100, { x: Float64Array.from({ length: 100 }, (_, i) => i) });
  return { batch, column: batch.data.x };
};

describe("a batch that is disposed of while calls are in flight", () => {
  test.each(["threads", "async", "mpc", "nogil"] as const)(
    "lets a call on %s end as it would",
    async (target) => {
      const batch = observed(20);
      const { signal } = batch.data;
      const calls: Promise<unknown>[] = [batch[target](), batch[target]()];
      batch.dispose();
      expect(signal.at(3).length).toBe(10);
      await Promise.all(calls);
      expect(() => signal.at(3)).toThrow("This column was disposed of");
    },
  );

  test("gives its memory back when the last call is done, results included", async () => {
    // until nothing is new that the engine keeps for itself
    for (let i = 0; i < 5; i++) {
      using batch = life().batch;
      await Promise.all([batch.affine(), batch.affine()]);
    }
    const before = sharedMemory().heap.usedBytes;
    {
      using again = life().batch;
      await Promise.all([again.affine(), again.affine({ k: 2 })]);
    }
    const { batch: other } = life();
    const running = other.affine();
    other.dispose();
    await running;
    expect(sharedMemory().heap.usedBytes).toBe(before);
  });

  test("has its items' components until the calls are done", async () => {
    const { batch } = life();
    const running = batch.affine();
    batch.dispose();
    expect(batch.at(3)).toEqual({ x: expect.any(Number) });
    await running;
    expect(() => batch.at(3)).toThrow("JobBatch was disposed of");
  });

  test("takes no more calls", async () => {
    const { batch } = life();
    const running = batch.affine();
    batch.dispose();
    await expect(batch.affine()).rejects.toThrow(
      "JobBatch was disposed of: make a new batch, or dispose of it later.",
    );
    await running;
  });
});

test("a batch that was disposed of says so, until it has components again", async () => {
  const { batch } = life();
  batch.dispose();
  const message = 'JobBatch was disposed of, and its component "x" with it';
  expect(() => batch.data.x).toThrow(message);
  await expect(batch.affine()).rejects.toThrow(message);
  batch.set({ x: new Float64Array(100) });
  await batch.affine();
  expect(() => (batch.data as any).z).toThrow('has no component "z" yet');
});

test("a listener that throws harms no call and no other listener, and is told of once", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const seen: string[] = [];
  const ends = [
    subscribe(() => {
      throw new Error("out of paper");
    }),
    subscribe(({ type }) => void seen.push(type)),
  ];
  try {
    await life().batch.affine();
    expect(seen).toContain("callEnded");
    expect(told).toHaveBeenCalledTimes(1);
    expect(told.mock.calls[0][0]).toContain("a listener of subscribe() threw");
  } finally {
    for (const end of ends) end();
    told.mockRestore();
  }
  expect(() => subscribe(3 as any)).toThrow("subscribe() takes a function of an event, got a number.");
});

test("of a batch that was disposed of nothing is made that would lack its components", async () => {
  class Plain extends Batch<{ x: any }, string> {}
  const batch: any = Plain.from(["a", "b"], { x: [1, 2] });
  batch.dispose();
  const message = "Plain was disposed of: make a new batch, or dispose of it later.";
  expect(() => batch.at("a")).toThrow(message);
  expect(() => batch.subset(["a"])).toThrow(message);
  expect(() => batch.split(2)).toThrow(message);
  expect(() => Plain.concat([batch])).toThrow(message);
  await expect(toArrow(batch)).rejects.toThrow(message);
  const file = join(tmpdir(), `nogil-disposed-${process.pid}.arrow`);
  await expect(batch.save(file)).rejects.toThrow(message);
  expect(existsSync(file)).toBe(false);
  // a component that is set puts it to use again
  expect(batch.set({ x: [3, 4] }).at("b")).toEqual({ x: 4 });
});
