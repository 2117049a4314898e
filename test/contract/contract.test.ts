import { describe, expect, test } from "vitest";
import {
  type Cell,
  type Contestant,
  kernelCells,
  methodCells,
  outcomeOf,
  outcomeOfCalls,
} from "./contract.js";

const onTheLoop = (action: Contestant["action"]): Contestant => ({ action, options: { target: "for" } });

const contestants: Record<string, { contestant: Contestant; cells: Cell[] }> = {
  threads: { contestant: { action: "method", options: {} }, cells: methodCells() },
  "threads, one item a chunk": {
    contestant: { action: "method", options: { chunkSize: 1 } },
    cells: methodCells(),
  },
  "threads for functions": {
    contestant: { action: "fn", options: { target: "threads" } },
    cells: methodCells(),
  },
  async: { contestant: { action: "asyncMethod", options: {} }, cells: methodCells() },
  "async on the caller's loop": {
    contestant: { action: "asyncMethod", options: { workers: 0 } },
    cells: methodCells(),
  },
  mpc: { contestant: { action: "fn", options: {} }, cells: methodCells() },
  nogil: { contestant: { action: "kernel", options: {} }, cells: kernelCells() },
  "nogil on one worker": { contestant: { action: "kernel", options: { workers: 1 } }, cells: kernelCells() },
};

describe.each(Object.entries(contestants))("%s gives what for gives", (_, { contestant, cells }) => {
  const shapeOf = ({ name }: Cell) => name.split(" → ")[0];

  test.each([...new Set(cells.map(shapeOf))])("for entries that are %s", async (shape) => {
    for (const cell of cells.filter((each) => shapeOf(each) === shape)) {
      const expected = await outcomeOf(onTheLoop(contestant.action), cell);
      expect(await outcomeOf(contestant, cell), cell.name).toEqual(expected);
    }
  });
});

test.each(kernelCells().map((cell) => [cell.name, cell] as const))(
  "a kernel that is called gives what for gives: %s",
  async (_, cell) => {
    expect(await outcomeOf(onTheLoop("kernel"), cell)).toMatchObject(outcomeOfCalls(cell) as object);
  },
);

test("the loop itself gives values, and errors in the place of what failed", async () => {
  const cell: Cell = { name: "plain", entries: [0, 1, 2], named: { kind: "number", failing: [1] } };
  expect(await outcomeOf(onTheLoop("method"), cell)).toEqual({
    length: 3,
    failed: true,
    failures: [[1, true, 1]],
    values: [
      0.5,
      {
        class: "RangeError",
        name: "RangeError",
        message: "item 1 failed",
        cause: "deeper",
        code: "E_ITEM",
        stack: "string",
      },
      4.5,
    ],
  });
});
