import assert from "node:assert/strict";
import { random } from "nogil";
import * as kernels from "../build/random.js";
import { measure, report } from "../measure.js";

// short rounds, and many: some meet an idle machine
const draws = 4000;

function drawn(draw: (i: number) => number): () => number {
  return () => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += draw(i);
    return sum;
  };
}

/** What a random number costs, in JavaScript and in a kernel, which both have the same. */
export async function numbersDrawn(): Promise<void> {
  const sums: Record<string, () => number> = {
    next: () => {
      const generator = random(5, 1);
      return drawn(() => generator.next())();
    },
    int: () => {
      const generator = random(5, 1);
      return drawn(() => generator.int(6))();
    },
    normal: () => {
      const generator = random(5, 1);
      return drawn(() => generator.normal())();
    },
    create: drawn((i) => random(5, i).next()),
  };
  const measured = await measure(
    [
      { name: "Math.random", work: drawn(Math.random) },
      ...Object.entries(sums).map(([name, work]) => ({ name, work })),
      { name: "a generator of a string", work: drawn((i) => random(5, `patient-${i}`).next()) },
      ...Object.keys(sums).map((name) => ({
        name: `${name}, in a kernel`,
        work: () => kernels[name as keyof typeof kernels](draws),
      })),
    ],
    (sum, name) => {
      const [own, inKernel] = name.split(", ");
      if (inKernel) assert.equal(sum, sums[own](), name);
    },
    { rounds: 400, warmUp: 100 },
  );
  report("A random number", "ns", 1e6 / draws, measured);
}
