import { Batch, run, sharedBytes } from "nogil";
import { fromArrow, toArrow } from "nogil/arrow";
import { fromNpy, toNpy } from "nogil/npy";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dense, uncleared } from "../../dist/columns/dense.js";
import { full } from "../../dist/columns/full.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { Storage } from "../../dist/columns/storage.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { take } from "../fixtures/build/kernels.js";

const MiB = 2 ** 20;
const { heap, limit } = sharedMemory();
class Records extends Batch<{ x: any }, number> {}

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 10));
async function collect() {
  for (let i = 0; i < 4; i++) {
    collectGarbage();
    await nextTask();
  }
}

describe("a loop that forgets what it makes, and never waits, has all memory that is not referred to", () => {
  const left = () => limit - 128 * MiB - heap.usedBytes;
  // pages that nobody writes to cost nothing
  let rest: { dispose(): void }[] = [];
  beforeEach(async () => {
    await collect();
    while (left() > 256 * MiB) {
      rest.push(Storage.allocate(Math.min(512 * MiB, left() - 160 * MiB), false).storage);
    }
  });
  afterEach(() => {
    for (const each of rest) each.dispose();
    rest = [];
  });

  const row = new Float64Array(2 * MiB).fill(1.5 * MiB, 0, 1);
  const isRow = (values: Float64Array) =>
    values.length === row.length && values.every((v, i) => v === row[i]);
  const file = toNpy(row);
  const batch = () => Records.from(1, { x: [row] });
  const whole = () => {
    using made = batch();
    Records.concat([made.subset({ positions: [0] })]);
  };
  const makers: [string, () => unknown][] = [
    ["Batch.from", () => Records.from(2, { x: [row, row.subarray(1)] })],
    ["batch.set", () => new Records(1).set({ x: [row] })],
    ["batch.allocate", () => new Records(1).allocate("x", { dtype: "f64", shape: [row.length] })],
    ["batch.subset and concat", whole],
    ["sharedBytes", () => sharedBytes(16 * MiB)],
    ["fromNpy", () => fromNpy(file)],
    ["a call of a kernel with rows that are copied in, and what it returns", () => run(take, [row])],
  ];
  test.each(makers)("%s", async (_, make) => {
    const kept = uncleared("u8", [16 * MiB]);
    kept.values.fill(7);
    const before = left();
    for (let i = 0; i < 30; i++) await make();
    expect(before).toBeLessThan(256 * MiB);
    expect(kept.values.every((value) => value === 7)).toBe(true);
    kept.dispose();
  });

  test("a component that is set again and again", () => {
    const one: any = new Records(1);
    for (let i = 0; i < 30; i++) one.data.x = [row];
    expect(isRow(one.data.x.values)).toBe(true);
    one.dispose();
  });

  test("Arrow", async () => {
    const one = batch();
    const bytes = await toArrow(one);
    one.dispose();
    let last: any;
    for (let i = 0; i < 20; i++) last = await fromArrow(bytes, Records);
    expect(isRow(last.data.x.values)).toBe(true);
  });
});

describe("where all memory is referred to", () => {
  test("the error says how it is filled, and how it is emptied", async () => {
    await collect();
    const columns: { dispose(): void }[] = [];
    let said = "";
    try {
      for (;;) columns.push(uncleared("u8", [512 * MiB]));
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      said = (error as Error).message;
    }
    expect(said).toMatch(/^Shared memory is full: a column needs 512 MiB, the largest free block has /);
    expect(said).toMatch(/ \d+ columns take 3\.\d GiB, which the program still refers to\. /);
    expect(said).toContain(
      "Free what is no longer needed: dispose(), or using; or drop your references, and await something in a loop that " +
        "never does. Or work in smaller batches.",
    );
    for (const column of columns) column.dispose();
    await collect();
  });

  test("the error counts what was disposed of and calls still use", async () => {
    await collect();
    const held = Storage.allocate(512 * MiB, false).storage;
    const letGo = held.lease!.retain();
    held.dispose();
    const columns: { dispose(): void }[] = [];
    const fill = () => {
      for (;;) columns.push(Storage.allocate(512 * MiB, false).storage);
    };
    expect(fill).toThrow(" and 1 that were disposed of while a call or another column uses them take 3.");
    letGo();
    for (const column of columns) column.dispose();
  });

  test("elsewhere than in Node the error says that some of it may be garbage", () => {
    const columns = () => ({ count: 9, bytes: 3 * 2 ** 30, waiting: 0 });
    expect(full({ heap, limit, columns } as any, 100, "a column").message).toContain(
      "9 columns take 3 GiB, as far as is known: unreachable columns are found only when the event loop turns.",
    );
  });
});

test("what no memory holds is refused with the limit, and what to do", () => {
  expect(() => dense("f64", [2 ** 30])).toThrow(
    "Shared memory is too small: a column needs 8 GiB, and the whole memory has 4 GiB, of which columns have 3.9 GiB. Work in " +
      "smaller batches, take a dtype of fewer bytes, or leave the rows in ordinary arrays and pass run() a part of them at a time.",
  );
});

test("a collection finds what became garbage since the event loop turned", () => {
  const made = () => new WeakRef(structuredClone(new SharedArrayBuffer(8)));
  const refs = Array.from({ length: 20 }, made);
  collectGarbage();
  expect(refs.filter((ref) => ref.deref()).length).toBeLessThan(3);
});
