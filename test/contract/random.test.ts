import { exported, type Kernel, random, run, shutdown, type Target } from "nogil";
import { afterAll, describe, expect, test } from "vitest";
import { definitions, register } from "../../dist/engines/registry.js";
import { drawing } from "../fixtures/drawing.js";
import { kernelsFrom, numbers } from "../kernels/kernels.js";
import { counting } from "./counting-engine.js";

register(counting);
afterAll(() => shutdown());

const { drawn } = await kernelsFrom(
  "random-contract",
  `import { Random } from "nogil/assembly/random";
export function drawn(key: f64, seed: f64): Float64Array {
  const generator = new Random(seed, key);
  const out = new Float64Array(15);
  for (let i = 0; i < 15; i += 3) {
    out[i] = generator.next();
    out[i + 1] = generator.int(1000);
    out[i + 2] = generator.normal();
  }
  return out;
}`,
);

const work = exported(new URL("../fixtures/drawing.ts", import.meta.url), "drawing") as typeof drawing;
const keys = numbers(50);
const seed = 42;
const expected = keys.map((key) => drawing(key, seed));

describe.each(definitions().map((definition) => [definition.name, definition] as const))(
  "random on %s",
  (name, { runs }) => {
    const target = name as Target;

    test("returns the numbers that it returns here, whatever worker an item runs on", async () => {
      const action = (runs.includes("function") ? work : drawn) as typeof drawing;
      const results = await run(action, keys, { target, args: [seed] } as object);
      expect(Array.from(results as Iterable<ArrayLike<number>>, (row) => Array.from(row))).toEqual(expected);
    });

    test.runIf(runs.includes("function"))("returns them for ids that are strings", async () => {
      const ids = ["a", "3", "é", "😀"];
      const results = await run(work, ids, { target, args: [seed] } as object);
      expect([...results]).toEqual(ids.map((id) => drawing(id, seed)));
    });
  },
);

test("random is the same in kernels of two workers and in this thread", async () => {
  for (const workers of [0, 2]) {
    const options = { target: "nogil", workers, args: [seed] } as object;
    const results = await run(drawn as Kernel, Float64Array.from(keys), options);
    expect(Array.from(results as Iterable<Float64Array>, (row) => [...row])).toEqual(expected);
  }
  expect(random(seed, 0).next()).toBe(expected[0][0]);
});
