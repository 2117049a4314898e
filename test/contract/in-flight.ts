import { run } from "nogil";
import { describe, expect, test } from "vitest";
import type { EngineDefinition } from "../../dist/engines/engine.js";
import { heeds } from "../../dist/engines/heeds.js";
import { weigh } from "../fixtures/build/kernels.js";
import { spied } from "../observe/spied.js";
import { requests, waysTo } from "./requests.js";
import { serve } from "./server.js";

/** Runs calls with `inFlight` on an engine, and counts what runs at once. */
export function testInFlight(definition: EngineDefinition): void {
  const target = definition.name as "async";
  const many = heeds(definition, "concurrency");

  describe.each(waysTo(definition))("$name keeps to inFlight", ({ kind, here }) => {
    const inline = "workers" in here;
    if (!heeds(definition, "inFlight", { kind, inline })) {
      test("by refusing what it does not heed", async () => {
        // a method's own options are refused where it is declared
        const refused = requests(kind, 1, { url: "" }, { target, ...here, inFlight: 2 });
        await expect(refused).rejects.toThrow(`the option "inFlight" would do nothing: target "${target}"`);
      });
      return;
    }

    test.each(many ? [1, 2, 5] : [1, 2])("of %i, and reaches it", async (inFlight) => {
      const items = 4 * inFlight + 3;
      const server = await serve({ together: inFlight, items });
      const options = { target, workers: 3, ...here, inFlight };
      const results = await requests(kind, items, server, options);
      await server.close();
      expect([...results]).toEqual(Array.from({ length: items }, (_, i) => i));
      expect(server.most).toBe(inFlight);
    });

    test("while items are given up that do not end, and others fail and run again", async () => {
      const stuck = new Set([1, 4]);
      const status = (item: number, before: number) =>
        stuck.has(item) ? undefined : before === 0 && item % 3 === 0 ? 500 : 200;
      const server = await serve({ status });
      const options = { target, workers: 2, ...here, inFlight: 2, timeout: 2000 };
      const retry = { times: 1, delay: 5, when: (error: Error) => error.name === "RangeError" };
      const results = await requests(kind, 12, server, { ...options, retry });
      await server.close();
      expect(results.failures.map(({ item, error }) => [item, error.name])).toEqual([
        [1, "TimeoutError"],
        [4, "TimeoutError"],
      ]);
      // nothing ends what hangs in this thread
      if (!inline) expect(server.most).toBe(2);
    });
  });

  if (definition.runs.includes("kernel") && heeds(definition, "inFlight", { kind: "kernel" })) {
    test(`${target}, a kernel keeps to inFlight, in so many workers`, async () => {
      const rows = Array.from({ length: 40 }, (_, i) => Float64Array.of(i, 0));
      const options = { target: "nogil", workers: 3, timeout: 60_000, chunkSize: 1 } as const;
      for (const inFlight of [1, 2]) {
        const { value, events } = await spied(() => run(weigh, rows, { ...options, inFlight }));
        expect(value.length).toBe(40);
        expect(events.filter(({ type }) => type === "workSent")).toHaveLength(inFlight);
      }
    });
  }
}
