import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { FaultLog, FaultReader } from "../../dist/kernels/faults/fault-log.js";
import type { Fault } from "../../dist/kernels/round-protocol.js";
import { nogil } from "../engines/loaded.js";
import { job, kernelsFrom, numbers, zipped } from "./kernels.js";

const k = await kernelsFrom(
  "fault-log",
  `export function fail(i: i32, when: i32): i32 {
  if (i == when) for (;;) {}
  if (i % 3 == 0) throw new RangeError("item " + i.toString() + " is too much: \\u00fc \\u{1f600}");
  if (i % 3 == 1) unreachable();
  return i;
}
export function shout(i: i32): i32 { throw new Error("x".repeat(i)); }`,
);

afterAll(() => nogil.close());

const site = fc.record({
  name: fc.constantFrom("Error", "RangeError"),
  offsets: fc.array(fc.nat(1000), { maxLength: 4 }),
});
const message = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom("\ud800", "\0", "ü".repeat(100), "long ".repeat(80)),
);

test("what is written to a log is read from what it posted and from what is left in it, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ message, site })), fc.integer({ min: 8, max: 512 }), (faults, bytes) => {
      const read: [number, Fault][] = [];
      const reader = new FaultReader((item, fault) => read.push([item, fault]));
      const log = new Uint8Array(new SharedArrayBuffer(bytes));
      const length = new Uint32Array(new SharedArrayBuffer(4));
      const writer = new FaultLog(log, length, (entries) => reader.read(entries));
      faults.forEach((fault, item) => {
        writer.add(item, fault);
      });
      if (length[0] > 0) reader.read(log.slice(0, length[0]));
      expect(read).toEqual(faults.map((fault, item) => [item, fault]));
    }),
    { numRuns: 300 },
  );
});

test("thousands of items that fail do so each as itself, though a worker is ended among them", async () => {
  const n = 6000;
  const when = 4001;
  const { failures } = await nogil.run(
    job(k.fail, zipped(numbers(n)), { call: [when], options: { timeout: 100, workers: 2 } }),
  );
  const expected = numbers(n).filter((i) => i % 3 < 2 || i === when);
  expect([...failures.keys()]).toEqual(expected);
  for (const [item, error] of failures) {
    const way =
      item === when
        ? { name: "TimeoutError" }
        : item % 3 === 0
          ? { name: "RangeError", message: `item ${item} is too much: ü 😀`, line: 3 }
          : { name: "RuntimeError", line: 4 };
    expect(error).toMatchObject({ ...way, item, kernel: "fail" });
  }
});

test("a message that is longer than the log arrives whole", async () => {
  const { failures } = await nogil.run(job(k.shout, zipped([5, 30_000, 7])));
  expect([...failures.values()].map(({ message: text }) => text)).toEqual(
    [5, 30_000, 7].map((length) => "x".repeat(length)),
  );
});
