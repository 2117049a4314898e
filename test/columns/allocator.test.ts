import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Allocator, alignment } from "../../dist/columns/allocator.js";

const begin = 1 << 20;

function allocatorOf(bytes: number): Allocator {
  const allocator = new Allocator();
  allocator.add({ address: begin, bytes });
  return allocator;
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("allocate" as const), bytes: fc.nat(20_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("free" as const), which: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("split" as const), which: fc.nat(), bytes: fc.nat(5000) }),
  },
);

describe("the allocator", () => {
  test("never gives out the same byte twice, and loses none, whatever is allocated, split and freed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer({ min: 1, max: 60 }), (steps, pages) => {
        const total = pages * 4096;
        const allocator = allocatorOf(total);
        const blocks: number[] = [];
        for (const each of steps) {
          if (each.do === "allocate") {
            const address = allocator.allocate(each.bytes);
            if (address === undefined) continue;
            expect(allocator.sizeOf(address)).toBeGreaterThanOrEqual(each.bytes);
            blocks.push(address);
          } else if (blocks.length > 0) {
            const at = each.which % blocks.length;
            if (each.do === "free") allocator.free(blocks.splice(at, 1)[0]);
            else {
              const rest = allocator.split(blocks[at], each.bytes);
              if (rest !== undefined) blocks.push(rest);
            }
          }
        }
        const taken = [
          ...blocks.map((address) => ({ address, bytes: allocator.sizeOf(address)! })),
          ...allocator.freeBlocks(),
        ].sort((a, b) => a.address - b.address);
        let end = begin;
        for (const { address, bytes } of taken) {
          expect(address).toBe(end);
          expect(address % alignment).toBe(0);
          end += bytes;
        }
        expect(end).toBe(begin + total);
        expect(allocator.freeBytes + allocator.usedBytes).toBe(total);
      }),
    );
  });

  test("has one free block again when everything was freed, in whatever order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(10_000), { maxLength: 60 }),
        fc.infiniteStream(fc.nat()),
        (sizes, order) => {
          const allocator = allocatorOf(1 << 20);
          const blocks = sizes.map((bytes) => allocator.allocate(bytes)!);
          while (blocks.length > 0) allocator.free(blocks.splice(order.next().value! % blocks.length, 1)[0]);
          expect([...allocator.freeBlocks()]).toEqual([{ address: begin, bytes: 1 << 20 }]);
          expect(allocator.largestFree).toBe(1 << 20);
        },
      ),
    );
  });

  test("finds a block whenever one is large enough", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(200_000), { minLength: 1, maxLength: 40 }),
        fc.nat(200_000),
        fc.infiniteStream(fc.boolean()),
        (sizes, wanted, coins) => {
          const allocator = allocatorOf(1 << 22);
          const blocks = sizes
            .map((bytes) => allocator.allocate(bytes))
            .filter((address) => address !== undefined);
          for (const block of blocks) if (coins.next().value) allocator.free(block);
          const largest = Math.max(0, ...[...allocator.freeBlocks()].map(({ bytes }) => bytes));
          expect(allocator.allocate(wanted) !== undefined).toBe(Math.max(1, wanted) <= largest);
        },
      ),
    );
  });

  test("asks for more room when it has none, and merges it with what lies before", () => {
    const asked: number[] = [];
    const allocator: Allocator = new Allocator((bytes) => {
      asked.push(bytes);
      allocator.add({ address: begin + 1024 * (asked.length - 1), bytes: 1024 });
      return asked.length < 4;
    });
    expect(allocator.allocate(2000)).toBe(begin);
    expect(asked).toHaveLength(2);
    expect(allocator.freeBytes).toBe(0);
  });

  test("refuses to free what it did not give out", () => {
    const allocator = allocatorOf(4096);
    const address = allocator.allocate(10)!;
    allocator.free(address);
    expect(() => allocator.free(address)).toThrow(/No block begins at/);
  });
});
