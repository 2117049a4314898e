import { afterEach, expect, test } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";
import type { KernelCall } from "../../dist/kernels/kernel-call.js";
import { RoundJournal } from "../../dist/kernels/round-journal.js";
import {
  areaWord,
  cell,
  claimWord,
  finished,
  idle,
  itemsDone,
  nextClaim,
} from "../../dist/kernels/round-protocol.js";

const claims = [
  { begin: 0, end: 4 },
  { begin: 4, end: 10 },
  { begin: 10, end: 12 },
];

let journal: RoundJournal | undefined;
afterEach(() => journal?.free());

/** The journal of a round of two workers, of which the second did something before it ended. */
function after({ taken = 0, owner = 0, item = idle, done = 0 } = {}): RoundJournal {
  journal = new RoundJournal(sharedMemory(), claims, 2, { fault: () => {} } as unknown as KernelCall);
  const { words } = journal;
  words[nextClaim] = taken;
  words[claimWord(2, 1) + 2] = owner;
  words[areaWord(1) + cell] = item;
  words[areaWord(1) + itemsDone] = done;
  return journal;
}

const all = (round: RoundJournal) => ({ ...round.workers[1].account(true), unclaimed: round.unclaimed() });

test("a worker that ends before it signed its claim has begun nothing, and the claim is nobody's", () => {
  const round = after({ taken: 2 });
  expect([round.workers[1].begun(), round.workers[1].progress(), round.owners()]).toEqual([0, 0, undefined]);
  expect(all(round)).toEqual({ lost: [], left: [], unclaimed: claims });
});

test("one that ends before the first item of its claim leaves the whole claim over", () => {
  const round = after({ taken: 2, owner: 2, done: 3 });
  expect(round.workers[1].begun()).toBe(3);
  expect(all(round)).toEqual({ lost: [], left: [claims[1]], unclaimed: [claims[0], claims[2]] });
});

test("one that ends in an item loses it, and leaves those behind it over", () => {
  const round = after({ taken: 2, owner: 2, item: 6 });
  const [, worker] = round.workers;
  expect([worker.begun(), worker.progress(), worker.running()]).toEqual([3, 7, [6]]);
  expect(all(round)).toMatchObject({ lost: [6], left: [{ begin: 7, end: 10 }] });
  expect([worker.running(), worker.progress(), worker.account(true)]).toEqual([
    [],
    0,
    { lost: [], left: [] },
  ]);
});

test("one that ends in the last item of its claim leaves nothing over", () => {
  expect(all(after({ taken: 2, owner: 2, item: 9 }))).toMatchObject({ lost: [9], left: [] });
});

test("one that ends after it finished its claim loses nothing, though its cell is not idle yet", () => {
  const round = after({ taken: 2, owner: finished, item: 9, done: 6 });
  expect(round.workers[1].begun()).toBe(6);
  expect(all(round)).toEqual({ lost: [], left: [], unclaimed: [claims[0], claims[2]] });
});

test("a worker that replied leaves nothing to account for", () => {
  expect(after({ taken: 3, owner: finished }).workers[1].account(false)).toEqual({ lost: [], left: [] });
});
