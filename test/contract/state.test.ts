import { explain, inbatchParallel, shutdown, type Target } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { heeds } from "../../dist/engines/heeds.js";
import { definitions, register } from "../../dist/engines/registry.js";
import { reading, StateBatch } from "../fixtures/state-batch.js";
import { spied } from "../observe/spied.js";
import { counting } from "./counting-engine.js";

register(counting);
afterAll(shutdown);

const ways = definitions()
  .filter((definition) => definition.runs.includes("method"))
  .flatMap((definition) => {
    const one = heeds(definition, "workers") ? { workers: 1 } : {};
    const own = { name: definition.name, options: { target: definition.name as Target, ...one } };
    const inline = { name: `${own.name}, with workers: 0`, options: { ...own.options, workers: 0 } };
    return definition.inline ? [own, inline] : [own];
  });

const batchOf = () => StateBatch.from(2, { small: ["a", "b"], large: ["c".repeat(100_000), "d"] });

async function outcome(options: object, method: "read" | "nothing" | "ids" | "all", what: string) {
  const batch = batchOf();
  await batch.with(options)[method](what);
  const [first] = batch.results!;
  return first instanceof Error ? `${first.name}: ${first.message}` : first;
}

const left = (what: string, name: string, method = "read", state = '"small", "factor"') =>
  `ReferenceError: StateBatch.${method}: ${what} is not there for its items, since its state is [${state}]: add "${name}" to state.`;

describe.each(ways)("the state of a method on $name", ({ options }) => {
  test.each([
    ["component", "a"],
    ["property", 3],
    ["assigns", ["assigned"]],
    ["asks whether it is a batch", [true, "StateBatch"]],
    ["a component that was left out", left("this.data.large", "large")],
    ["a property that was left out", left("this.hoard", "hoard")],
    ["a getter of what was left out", left("this.hoard", "hoard")],
    ["a method that reads it", left("this.hoard", "hoard")],
    ["in, of the batch", left("this.hoard", "hoard")],
    ["in, of its components", left("this.data.large", "large")],
    ["hasOwn, of the batch", left("this.hoard", "hoard")],
    ["the names of the batch", left("this.indices", "indices")],
    ["the names of its components", left("this.data.large", "large")],
    ["a copy of it", left("this.indices", "indices")],
    ["ids", left("this.indices", "indices")],
    ["length", left("this.indices", "indices")],
    ["an item", left("this.indices", "indices")],
  ])("has what it names and throws for the rest: %s", async (what, expected) => {
    expect(await outcome(options, "read", what)).toEqual(expected);
  });

  test("may be nothing at all", async () => {
    expect(await outcome(options, "nothing", "component")).toBe(
      left("this.data.small", "small", "nothing", ""),
    );
    expect(await outcome(options, "nothing", "ids")).toBe(left("this.indices", "indices", "nothing", ""));
    expect(await outcome(options, "nothing", "assigns")).toEqual(["assigned"]);
  });

  test("has the ids where it names them", async () => {
    expect(await outcome(options, "ids", "ids")).toEqual([0, 1]);
    expect(await outcome(options, "ids", "length")).toBe(2);
    expect(await outcome(options, "ids", "an item")).toBe(
      left("this.data.small", "small", "ids", '"indices", "large", "hoard"'),
    );
  });

  test("is all of the batch by default", async () => {
    for (const what of reading.filter((each) => each !== "asks whether it is a batch"))
      expect(String(await outcome(options, "all", what))).not.toContain("Error");
  });

  test("is refused where the batch lacks a name, with the one that was perhaps meant", async () => {
    await expect(batchOf().with(options).misspelt()).rejects.toThrow(
      new TypeError(
        'StateBatch.misspelt: its state names "smal", which is not a component or a property that StateBatch has of its own; ' +
          'did you mean "small"? There are: indices, factor, hoard, results, small, large.',
      ),
    );
  });
});

test("less of the batch is sent, and explain tells how much", async () => {
  const options = { target: "threads", workers: 1 } as const;
  const sent = async (method: "read" | "all") => {
    const { events } = await spied(() => batchOf().with(options)[method]("component"));
    return events.find((event) => event.type === "copied")!.bytesIn;
  };
  const [some, all] = [await sent("read"), await sent("all")];
  expect(all).toBeGreaterThan(100_000);
  expect(some).toBeLessThan(2_000);
  const told = await explain(batchOf().with(options), "all", "component");
  expect(told.advice).toEqual([
    expect.stringMatching(
      /^most of what is sent is the batch: data\.large \(97\.7 KiB\)\. .* name what it reads: state: \[ … \]\.$/,
    ),
  ]);
  expect(String(told)).toContain("  advice    most of what is sent is the batch");
  expect((await explain(batchOf().with(options), "read", "component")).advice).toBeUndefined();
});

test.each([
  [{ state: "x" }, "state takes an array of names of components and properties of the batch, got a string."],
  [{ state: [3] }, "state takes names, and the one at 0 is 3."],
  [{ state: ["x", "x"] }, 'state names "x" twice.'],
  [{ state: ["data"] }, 'state names components themselves: "x" for this.data.x, not "data".'],
  [{ sate: ["x"] }, '"sate" is one letter away from "state", and has what that takes'],
  [
    { state: ["x"], target: "nogil" },
    'state would do nothing: target "nogil" runs the kernel that the method returns',
  ],
  [
    { state: [], target: "mpc" },
    'state would do nothing: target "mpc" runs the function that the method returns',
  ],
])("%j is refused where the method is declared", (spec, message) => {
  expect(() => inbatchParallel({ init: "indices", ...spec } as any, (id: number) => id)).toThrow(message);
});
