import { getEventListeners } from "node:events";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { Turns } from "../../dist/pipeline/turns.js";

const all = availableParallelism();
const moment = () => new Promise((resolve) => setTimeout(resolve, 5));

function runOf() {
  const turns = new Turns();
  const began: string[] = [];
  const enter = (batch: number, workers: number, name: string, signal = new AbortController().signal) =>
    turns
      .of(batch, signal)
      .enter(workers)
      .then((leave) => {
        began.push(name);
        return leave;
      });
  return { began, enter };
}

test("a call waits while those of earlier batches occupy every worker, and the earliest never does", async () => {
  const { began, enter } = runOf();
  const leave = await enter(1, 1000, "1a");
  const second = enter(2, 1, "2a");
  const third = enter(3, 1, "3a");
  await enter(0, 1000, "0a").then((done) => done());
  await moment();
  expect(began).toEqual(["1a", "0a"]);
  leave();
  await Promise.all([second, third].map((each) => each.then((done) => done())));
  expect(began).toEqual(["1a", "0a", "2a", "3a"]);
});

test("a batch goes on with its next call before later ones begin", async () => {
  const { began, enter } = runOf();
  const leave = await enter(0, all, "0a");
  const later = enter(1, all, "1a");
  leave();
  const done = await enter(0, all, "0b");
  await moment();
  expect(began).toEqual(["0a", "0b"]);
  done();
  await later;
  expect(began).toEqual(["0a", "0b", "1a"]);
});

test("a batch that leaves workers free does not keep others waiting", async () => {
  const { began, enter } = runOf();
  await enter(0, all - 1, "0a");
  await enter(1, all, "1a");
  expect(began).toEqual(["0a", "1a"]);
});

test("calls that waited leave nothing at their batch's signal", async () => {
  const { enter } = runOf();
  const { signal } = new AbortController();
  for (let times = 0; times < 3; times++) {
    const leave = await enter(0, all, "0");
    const later = enter(1, all, "1", signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    leave();
    (await later)();
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a call that is cancelled waits for nobody", async () => {
  const { began, enter } = runOf();
  await enter(0, all, "0a");
  const controller = new AbortController();
  const waiting = enter(1, all, "1a", controller.signal);
  controller.abort();
  await waiting;
  await enter(2, all, "2a", AbortSignal.abort());
  expect(began).toEqual(["0a", "1a", "2a"]);
});
