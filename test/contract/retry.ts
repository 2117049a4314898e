import { run, subscribe } from "nogil";
import { describe, expect, test } from "vitest";
import type { EngineDefinition } from "../../dist/engines/engine.js";
import { heeds } from "../../dist/engines/heeds.js";
import { kernelsFrom } from "../kernels/kernels.js";
import { spied } from "../observe/spied.js";
import { requests, waysTo } from "./requests.js";
import { serve } from "./server.js";

const { third } = await kernelsFrom(
  "retrying",
  `export function third(row: Float64Array): f64 {
    row[0] += 1;
    if (row[0] < 3) throw new RangeError("not yet");
    return row[0];
  }`,
);

/** Items, of which so many end in a result at the third try, and what runs them. */
interface Way {
  call(
    retry: unknown,
    more?: object,
  ): PromiseLike<ArrayLike<unknown> & { failures: readonly { item: number; error: Error }[] }>;
}

/** Runs calls with `retry` on an engine. */
export function testRetry(definition: EngineDefinition): void {
  const target = definition.name as "async";
  const ways: (Way & { name: string; heeded: boolean })[] = waysTo(definition).map(
    ({ name, kind, here }) => ({
      name,
      heeded: heeds(definition, "retry", { kind }),
      async call(retry, more) {
        const server = await serve({ status: (_, before) => (before < 2 ? 500 : 200) });
        try {
          return await requests(kind, 5, server, { target, ...here, retry, ...more });
        } finally {
          await server.close();
        }
      },
    }),
  );
  if (definition.runs.includes("kernel")) {
    for (const here of definition.inline ? [{}, { workers: 0 }] : [{}]) {
      ways.push({
        name: `${target}, a kernel${"workers" in here ? ", in this thread" : ""}`,
        heeded: true,
        call: (retry, more) => {
          const rows = Array.from({ length: 5 }, () => new Float64Array(1));
          return run(third, rows, { target: target as "nogil", ...here, retry, ...more } as object) as never;
        },
      });
    }
  }

  describe.each(ways)("$name runs items again", ({ call, heeded }) => {
    if (!heeded) {
      test("nowhere, and refuses the option", async () => {
        await expect(call({ times: 1 })).rejects.toThrow('the option "retry" would do nothing');
      });
      return;
    }

    test("as often as it may, at once or after a wait", async () => {
      for (const retry of [2, { times: 2 }, { times: 3, delay: 5, backoff: 1.5, jitter: 1 }]) {
        const { value, events } = await spied(() => call(retry));
        expect(value.failures).toEqual([]);
        const retried = events.flatMap((event) => (event.type === "itemRetried" ? [event] : []));
        expect(retried.map(({ item, retry }) => `${item} ${retry}`).sort()).toEqual(
          [0, 1, 2, 3, 4].flatMap((item) => [`${item} 1`, `${item} 2`]),
        );
      }
      for (const retry of [1, { times: 1, delay: 5 }]) {
        const { failures } = await call(retry);
        expect(failures.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4]);
        expect(failures.every(({ error }) => error instanceof RangeError)).toBe(true);
      }
    });

    test("for errors that are worth it, as results carry them", async () => {
      const asked: unknown[] = [];
      const when = (error: Error & { item?: number }, item: number) => {
        asked.push([error instanceof RangeError, error.item === item]);
        return item !== 3;
      };
      const { failures } = await call({ times: 4, delay: 1, when });
      expect(failures.map(({ item, error }) => [item, error.name])).toEqual([[3, "RangeError"]]);
      expect(asked).toEqual(Array(9).fill([true, true]));
    });

    test("unless retry.when throws, or returns no boolean, which is told", async () => {
      const mistake = new Error("what a mistake");
      const throwing = () => {
        throw mistake;
      };
      const thrown = await call({ times: 4, when: throwing });
      expect(thrown.failures).toHaveLength(5);
      for (const { item, error } of thrown.failures) {
        expect(error).toMatchObject({ cause: mistake, item, failure: { name: "RangeError" } });
        expect(error.message).toMatch(
          /^retry\.when threw .*what a mistake.* item \d, which failed with RangeError: /,
        );
      }
      for (const [when, what] of [
        [async () => true, "a promise"],
        [() => {}, "undefined"],
        [() => "yes", "a string"],
      ] as const) {
        const { failures } = await call({ times: 4, when });
        expect(failures).toHaveLength(5);
        expect(failures[0].error.message).toContain(`retry.when returned ${what}`);
      }
    });

    test("until the call is cancelled or its deadline is over, whatever is left of the wait", async () => {
      const late = await call({ times: 4, delay: 1e9 }, { deadline: 500 });
      expect(late.failures.map(({ error }) => error.name)).toEqual(Array(5).fill("TimeoutError"));
      const aborter = new AbortController();
      const stop = subscribe(({ type }) => {
        if (type === "itemRetried") aborter.abort(new RangeError("enough"));
      });
      const cancelled = await call({ times: 4, delay: 1e9 }, { signal: aborter.signal });
      stop();
      const messages = cancelled.failures.map(({ error }) => error.message);
      expect(messages).toHaveLength(5);
      expect(messages).toContain("enough");
    });

    test("before debug: true rejects with the first error", async () => {
      await expect(call({ times: 1, delay: 1 }, { debug: true })).rejects.toThrow(RangeError);
      expect(Array.from(await call({ times: 2, delay: 1 }, { debug: true }))).toHaveLength(5);
    });
  });
}
