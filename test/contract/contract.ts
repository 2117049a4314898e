import { anyActionFailed, exported, invocation, type Kernel, type Results, run, stream } from "nogil";
import { describe, expect, test } from "vitest";
import { joinArguments, toInvocation } from "../../dist/call/invocation.js";
import type { EngineDefinition } from "../../dist/engines/engine.js";
import { heeds } from "../../dist/engines/heeds.js";
import * as kernels from "../fixtures/build/kernels.js";
import { ContractBatch, giveEntries, kinds } from "../fixtures/contract-batch.js";
import { kernelShapes, shapes } from "./shapes.js";

type Action = "method" | "asyncMethod" | "fn" | "kernel";

/** An engine as the contract sees it: the action that reaches it, and the options of the call. */
export interface Contestant {
  action: Action;
  options: object;
}

const sizes = { empty: 0, one: 1, many: 23 };
const failures = { "none fails": [], "one fails": [0], "all fail": "all" } as const;

/** One call of the contract: what init gives, and what is asked of each item. */
export interface Cell {
  name: string;
  entries: unknown[];
  which?: string;
  named: Record<string, unknown>;
}

/** Every cell of (shape × kind of result × failing × size), and batches that mix all shapes. */
export function methodCells(): Cell[] {
  const entriesOf: Record<string, (n: number) => unknown> = {
    ...shapes,
    "all shapes mixed": (n) => Object.values(shapes)[n % Object.keys(shapes).length](n),
  };
  return Object.entries(entriesOf).flatMap(([shape, entry]) =>
    kinds.flatMap((kind) =>
      Object.entries(failures).flatMap(([failing, which]) =>
        Object.entries(sizes).map(([size, length]) => ({
          name: `${shape} → ${kind}, ${failing}, ${size}`,
          entries: Array.from({ length }, (_, n) => entry(n)),
          named: { kind, failing: which },
        })),
      ),
    ),
  );
}

/** The same for kernels, which take rows and numbers only. */
export function kernelCells(): Cell[] {
  return Object.entries(kernelShapes).flatMap(([shape, { kernels, entry }]) =>
    kernels.flatMap((which) =>
      Object.entries(failures).flatMap(([failing, bad]) =>
        Object.entries(sizes).map(([size, length]) => ({
          name: `${shape} → ${which}, ${failing}, ${size}`,
          // all items are the same one where all have to fail
          entries: Array.from({ length }, (_, n) => entry(failing === "all fail" ? 3 : n)),
          which,
          named: bad === "all" ? { bad: 3 } : bad.length > 0 ? { bad: bad[0] } : {},
        })),
      ),
    ),
  );
}

/** The ways in which calls reach an engine: each kind that it runs, and the options that change how it hands items out. */
function contestantsOf(definition: EngineDefinition): Record<string, Contestant> {
  const target = definition.name;
  const contestants: Record<string, Contestant> = {};
  for (const kind of definition.runs) {
    const action = actionFor(definition, kind);
    contestants[`${target}, a ${kind}`] = { action, options: { target } };
    if (kind !== definition.runs[0]) continue;
    const add = (name: string, options: object) => {
      contestants[`${target}, a ${kind}, ${name}`] = { action, options: { target, ...options } };
    };
    if (heeds(definition, "chunkSize")) add("one item a chunk", { chunkSize: 1 });
    if (heeds(definition, "workers") && kind === "kernel") add("on one worker", { workers: 1 });
    if (definition.inline?.includes("workers")) add("in this thread", { workers: 0 });
  }
  return contestants;
}

function actionFor(definition: EngineDefinition, kind: EngineDefinition["runs"][number]): Action {
  if (kind === "kernel") return "kernel";
  if (kind === "function") return "fn";
  return heeds(definition, "concurrency") ? "asyncMethod" : "method";
}

/** Runs every call of the contract on an engine, in each of the ways that it has, and compares with `for`. */
export function testContract(definition: EngineDefinition): void {
  describe.each(Object.entries(contestantsOf(definition)))("%s gives what for gives", (_, contestant) => {
    const { action } = contestant;
    const cells = action === "kernel" ? kernelCells() : methodCells();
    const shapeOf = ({ name }: Cell) => name.split(" → ")[0];

    test.each([...new Set(cells.map(shapeOf))])("for entries that are %s", async (shape) => {
      for (const cell of cells.filter((each) => shapeOf(each) === shape)) {
        const expected = await outcomeOf(onTheLoop(action), cell);
        expect(await outcomeOf(contestant, cell), cell.name).toEqual(expected);
      }
    });
  });
}

/** Streams every kind of item through an engine, in order and not, and compares with what `run` returns. */
export function testStreams(definition: EngineDefinition): void {
  const here = new URL("../fixtures/contract-batch.ts", import.meta.url);
  const answer = exported(here, "answerAsFunction");
  const cellsOf = (kernel: boolean) =>
    // what the shapes of entries come to is up to the engine, as in run
    (kernel ? kernelCells() : methodCells().filter(({ name }) => name.startsWith("all shapes mixed"))).filter(
      ({ name }) => name.endsWith("many"),
    );
  describe.each(definition.runs.filter((kind) => kind !== "method"))(
    `stream on ${definition.name} yields for a %s what run returns`,
    (kind) => {
      test.each(["in order", "as they come"])("%s", async (how) => {
        const ordered = how === "in order";
        for (const { name, entries, which, named } of cellsOf(kind === "kernel")) {
          const runnable = which ? (kernels[which as keyof typeof kernels] as Kernel) : answer;
          const options = { args: [named], target: definition.name } as object;
          let refused: unknown;
          const results = await run(runnable, ownRows(entries), options).catch((error) => {
            refused = error;
            return [];
          });
          const streamed: unknown[] = [];
          const read = (async () => {
            const source = entriesOneByOne(ownRows(entries));
            for await (const each of stream(runnable, source, { ...options, ordered })) {
              if (ordered) streamed.push(each);
              else [, streamed[(each as [number])[0]]] = each as [number, unknown];
            }
          })();
          if (refused) {
            await expect(read, name).rejects.toThrow();
            continue;
          }
          await read;
          expect(streamed.map(comparable), name).toEqual(Array.from(results, comparable));
        }
      });
    },
  );
}

async function* entriesOneByOne(entries: readonly unknown[]): AsyncGenerator<unknown> {
  for (const [i, entry] of entries.entries()) {
    if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    yield entry;
  }
}

function comparable(value: unknown): unknown {
  return value instanceof Error ? { ...(errorParts(value) as object), item: (value as any).item } : value;
}

export const onTheLoop = (action: Action): Contestant => ({ action, options: { target: "for" } });

/** What a call came to, in a form that can be compared: values, and what of each error has to survive. */
export async function outcomeOf({ action, options }: Contestant, cell: Cell): Promise<unknown> {
  const batch = ContractBatch.from(0);
  const entries = ownRows(cell.entries);
  giveEntries(batch, entries);
  if (cell.which) Object.assign(batch, { which: cell.which });
  await batch.with(options)[action](cell.named);
  const results = batch.results as Results<unknown>;
  return {
    length: results.length,
    failed: anyActionFailed(results),
    failures: results.failures.map(({ item, error }) => [item, error === results[item], (error as any).item]),
    values: Array.from(results, (value) => (value instanceof Error ? errorParts(value) : value)),
    // kernels write in place
    ...(cell.which && results.failures.length === 0 ? { rows: entries } : {}),
  };
}

/** The same of a kernel that is called as a function for each item, where it tells as much. */
export function outcomeOfCalls({ entries: given, which, named }: Cell): unknown {
  const entries = ownRows(given);
  const kernel = kernels[which as keyof typeof kernels] as Kernel;
  const values = entries.map((entry) => {
    try {
      return kernel(...joinArguments(toInvocation(entry), invocation([], named)));
    } catch (error) {
      return errorParts(error as Error);
    }
  });
  const failed = values.some((value) => typeof value === "object" && value !== null && "stack" in value);
  return { values, ...(failed ? {} : { rows: entries }) };
}

function ownRows(entries: unknown[]): unknown[] {
  return entries.map((entry) => (entry instanceof Float64Array ? entry.slice() : entry));
}

function errorParts(error: Error): unknown {
  const { name, message, cause, code } = error as Error & { code?: unknown; cause?: Error };
  return {
    class: error.constructor.name,
    name,
    message,
    cause: cause?.message,
    code,
    stack: typeof error.stack,
  };
}
