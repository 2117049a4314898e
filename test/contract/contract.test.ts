import { expect, test } from "vitest";
import { definitions } from "../../dist/engines/registry.js";
import {
  type Cell,
  kernelCells,
  onTheLoop,
  outcomeOf,
  outcomeOfCalls,
  testContract,
  testStreams,
} from "./contract.js";
import { testInFlight } from "./in-flight.js";
import { testRetry } from "./retry.js";

for (const definition of definitions()) {
  testContract(definition);
  testInFlight(definition);
  testRetry(definition);
  testStreams(definition);
}

test("the contract is that of every engine", () => {
  expect(definitions()).toHaveLength(5);
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
