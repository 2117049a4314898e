import { expect, test } from "vitest";
import { CoreTurn, takeWanted } from "../../dist/workers/yielding.js";

test("a worker keeps its core for a while, and gives it up then if others want it", () => {
  let wanted = true;
  const turn = new CoreTurn(10, () => wanted);
  turn.begin(100);
  expect(turn.isOver(109)).toBe(false);
  wanted = false;
  expect(turn.isOver(120)).toBe(false);
  wanted = true;
  expect(turn.isOver(121)).toBe(true);
});

test("a turn that is over is so for all who use the worker, until the next begins", () => {
  let asked = 0;
  const turn = new CoreTurn(10, () => asked++ === 0);
  turn.begin(0);
  expect([turn.isOver(10), turn.isOver(11), asked]).toEqual([true, true, 1]);
  turn.begin(20);
  expect([turn.isOver(29), turn.isOver(30), asked]).toEqual([false, false, 2]);
});

test("so many workers give their cores up as are wanted", () => {
  const words = Uint32Array.of(7, 2);
  expect([1, 2, 3].map(() => takeWanted(words, 1))).toEqual([true, true, false]);
  expect([...words]).toEqual([7, 0]);
});
