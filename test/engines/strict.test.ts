import { configure, type NogilEvent, shutdown, subscribe } from "nogil";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { StrictBatch } from "../fixtures/strict-batch.js";

afterAll(() => shutdown());

const make = () =>
  StrictBatch.from(3, { label: ["x", "y", "z"], x: Float64Array.of(0, 0, 0) }).with({
    workers: 1,
    chunkSize: 3,
  }) as any;

/** What was told as lost while a call ran. */
async function lostBy(call: (batch: any) => Promise<unknown>) {
  const events: NogilEvent[] = [];
  const warnings: Error[] = [];
  const warned = (warning: Error) => warnings.push(warning);
  process.on("warning", warned);
  const end = subscribe((event) => events.push(event));
  await call(make());
  // warnings come in the next turn
  await new Promise((resolve) => setTimeout(resolve, 20));
  end();
  process.off("warning", warned);
  return {
    lost: events.flatMap((event) =>
      event.type === "writeLost" ? [{ item: event.item, names: event.names }] : [],
    ),
    warnings: warnings.filter(({ name }) => name === "NogilWarning").map(({ message }) => message),
  };
}

describe("with configure({ strict: true })", () => {
  beforeEach(() => configure({ strict: true }));
  afterEach(() => configure({ strict: undefined }));

  test("what a method assigns is told by name, with the item, and warned of once", async () => {
    const first = await lostBy((batch) => batch.count());
    expect(first.lost).toEqual([
      { item: 1, names: ["this.total"] },
      { item: 2, names: ["this.late"] },
    ]);
    expect(first.warnings).toEqual([
      expect.stringMatching(
        /^StrictBatch\.count assigns to this\.total in a worker \(thread \d+, item 1\), where it is lost/,
      ),
      expect.stringMatching(/^StrictBatch\.count assigns to this\.late in a worker/),
    ]);
    const second = await lostBy((batch) => batch.count());
    expect(second.lost).toEqual(first.lost);
    expect(second.warnings).toEqual([]);
  });

  test("so is what it changes inside of a member or a component", async () => {
    const { lost } = await lostBy((batch) => batch.push());
    expect(lost).toEqual([{ item: 2, names: ["this.seen", "this.data.label"] }]);
  });

  test("so is a component that it replaces", async () => {
    const { lost } = await lostBy((batch) => batch.replace());
    expect(lost).toEqual([{ item: expect.any(Number), names: ["this.data.label"] }]);
  });

  test("nothing is told of what is written into columns, or on for, where nothing is lost", async () => {
    expect(await lostBy((batch) => batch.behave())).toEqual({ lost: [], warnings: [] });
    expect(await lostBy((batch) => batch.with({ target: "for" }).count())).toEqual({
      lost: [],
      warnings: [],
    });
  });
});

test("without it nothing is looked for", async () => {
  expect(await lostBy((batch) => batch.push())).toEqual({ lost: [], warnings: [] });
});

test("strict is for all calls, so that one call does not take it, and an extra argument may have its name", () => {
  expect(() => make().with({ strict: true })).toThrow(
    'there is no option "strict" of one call: it is for all',
  );
  expect(() => configure({ strict: 1 as any })).toThrow('the option "strict" takes true or false, got 1');
});
