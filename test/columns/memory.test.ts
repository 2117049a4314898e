import { expect, test } from "vitest";
import { collectGarbage } from "../../dist/columns/garbage.js";
import { dense } from "../../dist/columns/index.js";
import { sharedMemory } from "../../dist/columns/memory.js";
import { Storage } from "../../dist/columns/storage.js";

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
    /^Shared memory is full: a column needs 512 MiB, the largest free block has [\d.]+ MiB \([\d.]+ \w+ free in all, the memory ends at 4 GiB\)/,
  );
  for (const column of columns.splice(1)) column.dispose();
  expect(heap.usedBytes).toBe(before);
  dense("u8", [1024]).dispose();
  columns[0].dispose();
});
