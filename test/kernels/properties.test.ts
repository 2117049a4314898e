import fc from "fast-check";
import { run, shutdown } from "nogil";
import { afterAll, expect, test } from "vitest";
import type { Kernel } from "../../dist/abi/kernel.js";
import { type Column, denseFrom, raggedFrom } from "../../dist/columns/index.js";
import { type TypedArray, typedArrays } from "../../src/abi/dtype.js";
import { nogil } from "../engines/loaded.js";
import {
  argumentsOf,
  type Given,
  reference,
  type Signature,
  signature,
  sourceOf,
} from "../random-kernels.js";
import { job, kernelsFrom, numbers, valuesOf } from "./kernels.js";

interface Call {
  items: number;
  given: Given;
  workers: number;
  /** as columns of items with such shapes; else as lists of arguments */
  columns?: keyof typeof shapes;
}

const shapes = {
  flat: ({ length }: TypedArray) => [length],
  tall: ({ length }: TypedArray) => [length, 1],
  deep: ({ length }: TypedArray) => [1, length, 1],
};

const withCalls = signature.chain((signature) => {
  const call: fc.Arbitrary<Call> = fc
    .tuple(
      argumentsOf(signature, { most: 20 }),
      fc.constantFrom(1, 3),
      fc.option(fc.constantFrom("flat", "tall", "deep"), { nil: undefined }),
    )
    .map(([data, workers, columns]) => ({ ...data, workers, columns }));
  return fc.tuple(fc.constant(signature), fc.array(call, { minLength: 4, maxLength: 4 }));
});

function columnOf(
  parameter: Signature["parameters"][number],
  values: readonly any[],
  shape: Call["columns"],
): Column {
  const { kind, type } = parameter;
  if (kind === "scalar") return denseFrom(new typedArrays[type](values as never)) as Column;
  const column = raggedFrom(values, type, values.map(shapes[shape!]));
  const dense = values.every(({ length }) => length === values[0].length);
  return dense ? column.toDense() : column;
}

async function runLists(kernel: Kernel, { items, given, workers }: Call): Promise<unknown[]> {
  const positional = positionalIn(given);
  const entries = numbers(items).map((item) => [
    given.slice(0, positional).map((column) => column![item]),
    Object.fromEntries(
      given.flatMap((column, p) => (p > positional && column ? [[`p${p}`, column[item]]] : [])),
    ),
  ]);
  return [...(await run(kernel, entries, { ...options, workers }))];
}

const options = { chunkSize: 2, timeout: 60_000 };

async function check(kernel: Kernel, signature: Signature, call: Call): Promise<void> {
  const { items, columns } = call;
  const given = columns ? call.given.slice(0, positionalIn(call.given)) : call.given;
  const shapeOf = columns && given[0] ? shapes[columns] : shapes.flat;
  const expected = numbers(items).map((item) => reference(signature, given, item, shapeOf));
  const components = columns && given.map((values, p) => columnOf(signature.parameters[p], values!, columns));
  const values = components
    ? valuesOf(
        await nogil.run(
          job(
            kernel,
            { kind: "zipped", length: items, components },
            { options: { ...options, workers: call.workers } },
          ),
        ),
      )
    : await runLists(kernel, call);
  expect(values).toEqual(expected.map(({ value }) => value));
  signature.parameters.forEach(({ kind }, p) => {
    if (kind !== "row" || !given[p]) return;
    const rows = components ? numbers(items).map((item) => components[p].at(item)) : given[p];
    expect(rows).toEqual(expected.map(({ rows }) => rows[p]));
  });
}

// columns are given by position: none behind a parameter that is left to its default
const positionalIn = (given: Given) => {
  const until = given.indexOf(undefined);
  return until < 0 ? given.length : until;
};

afterAll(() => shutdown());

test("random kernels of two modules at once give on workers what they give in JavaScript", async () => {
  let modules = 0;
  const property = fc.asyncProperty(fc.array(withCalls, { minLength: 20, maxLength: 20 }), async (cases) => {
    const halves = [cases.slice(0, 10), cases.slice(10)];
    const built: Record<string, Kernel>[] = [];
    for (const half of halves) {
      const source = half.map(([signature], n) => sourceOf(signature, n)).join("");
      built.push(await kernelsFrom(`properties-${modules++}`, source));
    }
    await Promise.all(
      halves.flatMap((half, m) =>
        half.flatMap(([signature, calls], n) =>
          calls.map((call) => check(built[m][`f${n}`], signature, call)),
        ),
      ),
    );
  });
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
});
