import assert from "node:assert/strict";
import { random } from "nogil";
import * as kernels from "../build/random.js";
import { measure, report } from "../measure.js";

// short rounds, and many: some meet an idle machine
const draws = 4000;

// each has a loop of its own, into which V8 puts the generator
const sums = {
  next() {
    const generator = random(5, 1);
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += generator.next();
    return sum;
  },
  int() {
    const generator = random(5, 1);
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += generator.int(6);
    return sum;
  },
  normal() {
    const generator = random(5, 1);
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += generator.normal();
    return sum;
  },
  create() {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += random(5, i).next();
    return sum;
  },
};

function createOfText(): number {
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += random(5, "patient-17").next();
  return sum;
}

function mathRandom(): number {
  let sum = 0;
  for (let i = 0; i < draws; i++) sum += Math.random();
  return sum;
}

/** What a random number costs, in JavaScript and in a kernel, which both draw the same. */
export async function numbersDrawn(): Promise<void> {
  const names = Object.keys(sums) as (keyof typeof sums)[];
  const measured = await measure(
    [
      { name: "Math.random", work: mathRandom },
      ...names.map((name) => ({ name, work: sums[name] })),
      { name: "create, of a string", work: createOfText },
      ...names.map((name) => ({ name: `${name}, in a kernel`, work: () => kernels[name](draws) })),
    ],
    (sum, name) => {
      const own = names.find((each) => name === `${each}, in a kernel`);
      if (own) assert.equal(sum, sums[own](), name);
    },
    { rounds: 400, warmUp: 100 },
  );
  report("A random number", "ns", 1e6 / draws, measured);
}
