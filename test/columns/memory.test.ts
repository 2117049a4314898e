import fc from "fast-check";
import { run } from "nogil";
import { expect, test } from "vitest";
import {
  type Column,
  dense,
  denseOver,
  part,
  ragged,
  raggedOver,
  sharedBytes,
} from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { Storage } from "../../dist/columns/storage.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { scale, take } from "../fixtures/build/kernels.js";

const nextTask = () => new Promise((resolve) => setTimeout(resolve, 10));
const { heap } = sharedMemory();

async function collect() {
  for (let i = 0; i < 4; i++) {
    collectGarbage();
    await nextTask();
  }
}

test("a column goes when no view of it is left, and not before", async () => {
  const before = heap.usedBytes;
  const views: unknown[] = [];
  (() => {
    const column = dense("f64", [100, 10]);
    views.push(column.at(3).subarray(2, 4));
    views.push(new DataView(column.values.buffer));
  })();
  await nextTask();
  await collect();
  const held = heap.usedBytes;
  views.length = 0;
  await collect();
  expect(held).toBe(before + 8000);
  expect(heap.usedBytes).toBe(before);
});

test("memory that only garbage holds is found when there is no other", async () => {
  await collect();
  for (let i = 0; i < 12; i++) {
    (() => Storage.allocate(900 * 2 ** 20, false).storage.check())();
    await nextTask();
  }
  expect(heap.usedBytes).toBeLessThan(4 * 2 ** 30);
  await collect();
});

test("a full memory refuses with the sizes, and works as before", async () => {
  await collect();
  const columns: { dispose(): void }[] = [dense("f32", [1000])];
  // not cleared, so that no page of it is touched
  const before = heap.usedBytes;
  const fill = () => {
    for (;;) columns.push(Storage.allocate(512 * 2 ** 20, false).storage);
  };
  expect(fill).toThrow(
    /^Shared memory is full: a column needs 512 MiB, the largest free block has [\d.]+ \w+ \([\d.]+ \w+ free in all, the memory ends at 4 GiB\)/,
  );
  for (const column of columns.splice(1)) column.dispose();
  expect(heap.usedBytes).toBe(before);
  dense("u8", [1024]).dispose();
  columns[0].dispose();
});

test("a column takes all that is left, what the memory can still grow by and what is free at its end together", async () => {
  await collect();
  const { limit } = sharedMemory();
  const columns = [1024, 1024, 1024].map((MiB) => Storage.allocate(MiB * 2 ** 20, false).storage);
  // the memory has grown by more than these need
  const end = sharedMemory().buffer.byteLength;
  const left = limit - end + heap.freeBefore(end);
  expect(heap.freeBefore(end)).toBeGreaterThan(0);
  columns.push(Storage.allocate(left, false).storage);
  expect(sharedMemory().buffer.byteLength).toBe(limit);
  expect(() => Storage.allocate(left, false)).toThrow("Shared memory is full");
  for (const column of columns) column.dispose();
});

test("what is larger than any memory is refused with both sizes", () => {
  expect(() => dense("f64", [2 ** 30])).toThrow(
    "Shared memory is too small: a column needs 8 GiB, and the whole memory has 4 GiB",
  );
  expect(() => ragged("u8", [[70_000, 70_000]])).toThrow(
    "Item 0 of shape [70000, 70000] has more elements than a column holds.",
  );
});

test("kernels work in the last of 4 GiB as in the first", async () => {
  const full = [1024, 1024, 1024, 512].map((MiB) => Storage.allocate(MiB * 2 ** 20, false).storage);
  const column = dense("f64", [1000, 8]);
  expect(column.address).toBeGreaterThan(3.5 * 2 ** 30);
  column.values.fill(2);
  const rows = Array.from({ length: column.length }, (_, i) => column.at(i));
  await run(scale, rows, { args: [{ k: 3 }] });
  expect(new Set(column.values)).toEqual(new Set([6]));
  const taken = await run(take, rows);
  expect(taken[999]).toEqual(new Float64Array(6).fill(6));
  for (const each of [...full, column]) each.dispose();
});

test("a view of a column that was disposed of is no argument of a kernel", async () => {
  const column = dense("f64", [2, 8]);
  const row = column.at(1);
  column.dispose();
  const other = dense("f64", [2, 8]);
  const { failures } = await run(scale, [row, new Float64Array(1)]);
  expect(failures.map(({ item, error }) => [item, error.message])).toEqual([
    [0, expect.stringContaining("a view of a column that was disposed of")],
  ]);
  expect(new Set(other.values)).toEqual(new Set([0]));
  other.dispose();
});

test("columns over another's bytes hold them, in whatever order all are disposed of or forgotten", async () => {
  await collect();
  const before = heap.usedBytes;
  const step = fc.tuple(fc.constantFrom("over", "rows", "part", "dispose", "forget"), fc.nat(9), fc.nat(9));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const bytes = sharedBytes(64);
      bytes.values.set(Array.from({ length: 64 }, (_, i) => i));
      const live: (Column & { first: number })[] = [Object.assign(bytes as any, { first: 0 })];
      for (const [what, which, at] of steps) {
        if (live.length === 0) break;
        const i = which % live.length;
        const { first } = live[i];
        if (what === "dispose") live.splice(i, 1)[0].dispose();
        else if (what === "forget") live.splice(i, 1);
        else {
          const values = live[i].values as Uint8Array;
          const begin = Math.min(at, values.length);
          const rest = values.subarray(begin);
          const made =
            what === "over"
              ? denseOver(rest, [rest.length])
              : what === "rows"
                ? raggedOver(
                    "u8",
                    { addresses: [rest.byteOffset], lengths: Uint32Array.of(rest.length), dimensions: 1 },
                    [rest],
                  )
                : live[i].shape[1] === undefined && part(live[i], begin, values.length);
          if (made) live.push(Object.assign(made as any, { first: first + begin }));
        }
        // what is free is taken at once by somebody else
        const taken = dense("u8", [64]);
        taken.values.fill(255);
        if (steps.length % 5 === 0) collectGarbage();
        for (const { values, first } of live) {
          expect(values).toEqual(Uint8Array.from({ length: 64 - first }, (_, k) => first + k));
        }
        taken.dispose();
      }
      for (const each of live) each.dispose();
    }),
    { numRuns: 50 },
  );
  await collect();
  expect(heap.usedBytes).toBe(before);
});
