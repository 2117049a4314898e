import { shutdown } from "nogil";
import { arrays } from "./cliffs/arrays.js";
import { columns } from "./cliffs/columns.js";
import { operations } from "./cliffs/operations.js";
import { streams } from "./cliffs/stream.js";
import { failingItems, oneItem, smallItems } from "./cliffs/threads.js";

/** Each measures one kind of call that users found slower than what they had, beside that. */
const all: Record<string, () => Promise<void>> = {
  columns,
  operations,
  arrays,
  threads: smallItems,
  "one-item": oneItem,
  failing: failingItems,
  stream: streams,
};

/**
 * Where calls fell off a cliff, beside what a user would write or pick in their place.
 * @param name of one of them, or all
 */
export async function cliffs(name?: string): Promise<void> {
  if (name !== undefined && !Object.hasOwn(all, name)) {
    console.error(`No cliff "${name}"; there are: ${Object.keys(all).join(", ")}.`);
    process.exitCode = 1;
    return;
  }
  for (const [each, cliff] of Object.entries(all)) if (name === undefined || name === each) await cliff();
  await shutdown();
}
