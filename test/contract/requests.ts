import { exported, run } from "nogil";
import type { EngineDefinition } from "../../dist/engines/engine.js";
import { RequestBatch } from "../fixtures/requests.js";
import type { Served } from "./server.js";

const ask = exported(new URL("../fixtures/requests.ts", import.meta.url), "request");

/** The ways in which calls of functions and methods reach an engine. */
export function waysTo(
  definition: EngineDefinition,
): { name: string; kind: "method" | "function"; here: object }[] {
  const kinds = definition.runs.filter((kind) => kind !== "kernel");
  return kinds.flatMap((kind) => {
    const name = `${definition.name}, a ${kind}`;
    const inline = definition.inline?.includes("workers")
      ? [{ name: `${name}, in this thread`, kind, here: { workers: 0 } }]
      : [];
    return [{ name, kind, here: {} }, ...inline];
  });
}

/** Has each of so many items ask the server. */
export async function requests(
  kind: "method" | "function",
  items: number,
  { url }: Pick<Served, "url">,
  options: object,
) {
  const numbers = Array.from({ length: items }, (_, i) => i);
  if (kind === "function") return run(ask, numbers, { ...options, args: [url] });
  const batch = RequestBatch.from(items);
  await batch.with(options).request(url);
  return batch.results;
}
