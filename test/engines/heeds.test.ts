import { explain, exported, inbatchParallel, pools, type Results, run, shutdown, type Target } from "nogil";
import { afterAll, describe, expect, test, vi } from "vitest";
import { callOptions, type OptionName } from "../../dist/call/options.js";
import { heeds } from "../../dist/engines/heeds.js";
import { definitions } from "../../dist/engines/registry.js";
import type { CallableKind } from "../../dist/events/target.js";
import { act as actHere, HeedingBatch, type How } from "../fixtures/heeding-batch.js";
import { kernelsFrom } from "../kernels/kernels.js";
import { spied } from "../observe/spied.js";

afterAll(shutdown);

const kernels = await kernelsFrom(
  "heeding",
  `let last: f64 = -1;
  export function returns(n: f64, call: f64): f64 { return n; }
  export function throws(n: f64, call: f64): f64 { throw new RangeError("an item threw"); }
  export function waits(n: f64, call: f64): f64 {
    let x = n;
    while (x > -1) x += 1e-9 - x * 1e-12;
    return x;
  }
  export function fails_once(n: f64, call: f64): f64 {
    if (last == call) return n;
    last = call;
    throw new RangeError("an item failed once");
  }
  export function works(n: f64, call: f64): f64 {
    let x = n;
    for (let i = 0; i < 2000000; i++) x = Math.sqrt(x + i);
    return x;
  }
  export function hoards(n: f64, mebibytes: f64): f64 {
    const row = new Uint8Array(<i32>mebibytes << 20);
    row[row.length - 1] = 1;
    return n;
  }`,
);

const act = exported(new URL("../fixtures/heeding-batch.ts", import.meta.url), "act");
let calls = 0;
let mebibytes = 32;

/** Calls of each kind: so many items, which all do the same. */
async function call(
  kind: CallableKind,
  how: How | "works",
  items: number,
  options: object,
): Promise<Results<any>> {
  const key = ++calls;
  const numbers = Array.from({ length: items }, (_, i) => i);
  if (kind === "kernel") {
    return run(kernels[how.replace(" ", "_")], numbers as any, { ...options, args: [key] } as any);
  }
  if (kind === "function") return run(act, numbers, { ...options, args: [how, String(key)] } as any);
  const batch = HeedingBatch.from(items);
  await batch.with(options).act(how as How, String(key));
  return batch.results;
}

/** What is told of a call of 40 items, of which none runs. */
function told(kind: CallableKind, options: { target: Target; workers: number; inFlight?: number }) {
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  const given = { ...options, timeout: 60_000, chunkSize: 1 };
  if (kind === "kernel") return explain.run(kernels.returns, numbers as any, { ...given, args: [0] });
  if (kind === "function") return explain.run(act, numbers, { ...given, args: ["returns", ""] });
  return explain(HeedingBatch.from(40).with(given), "act", "returns", "");
}

const errorsOf = (results: Results<unknown>) => results.failures.map(({ error }) => error.message);
const asked = new Error("asked to end");

/** Aborts a call as soon as its item runs. */
async function abortedWhileItRuns(kind: CallableKind, options: { target: Target; grace: number }) {
  const aborter = new AbortController();
  const results = call(kind, "ends", 1, { ...options, signal: aborter.signal });
  const own = () => pools().pools.find(({ target }) => target === options.target);
  const runs = () => expect(own()?.workers.flatMap(({ items }) => items)).toEqual([0]);
  await vi.waitFor(runs, { timeout: 30_000, interval: 5 });
  aborter.abort(asked);
  return results;
}

interface Cell {
  target: Target;
  kind: CallableKind;
  /** { workers: 0 }, or nothing */
  inline: object;
  /** { workers: 1 } where that is an option */
  one: object;
}

/** What of a call shows that an option was heeded. */
const effects: Record<Exclude<OptionName, "debug" | "bar">, (cell: Cell) => Promise<void>> = {
  async workers({ target, kind, inline }) {
    const used = async (workers: number) => {
      const { events } = await spied(() => call(kind, "returns", 40, { target, workers }));
      return new Set(events.flatMap((event) => (event.type === "workDone" ? [event.worker] : [])));
    };
    if ("workers" in inline) {
      expect(await used(0)).toEqual(new Set(["main"]));
      return;
    }
    expect((await used(1)).size).toBe(1);
    expect((await told(kind, { target, workers: 1 })).workers).toBe(1);
    expect((await told(kind, { target, workers: 3 })).workers).toBe(3);
  },
  async chunkSize({ target, kind, one }) {
    if (kind === "kernel") {
      const told = await explain.run(kernels.returns, [0, 1, 2, 3, 4, 5, 6, 7] as any, {
        ...{ target, chunkSize: 4, timeout: 60_000, args: [0] },
      });
      expect(told.handOut).toContain("2 claims of 4 items");
      return;
    }
    const { events } = await spied(() => call(kind, "returns", 8, { target, ...one, chunkSize: 4 }));
    expect(events.flatMap((event) => (event.type === "workSent" ? [event.items] : []))).toEqual([4, 4]);
  },
  async concurrency({ target, kind, inline, one }) {
    const counted = await call(kind, "counts", 6, { target, ...one, ...inline, concurrency: 2 });
    expect(Math.max(...counted)).toBe(2);
    const alone = await call(kind, "counts", 3, { target, ...one, ...inline, concurrency: 1 });
    expect(Math.max(...alone)).toBe(1);
  },
  async inFlight({ target, kind, inline }) {
    if ("workers" in inline) {
      for (const inFlight of [1, 2]) {
        const counted = await call(kind, "counts", 6, { target, ...inline, inFlight });
        expect(Math.max(...counted)).toBe(inFlight);
      }
      return;
    }
    expect((await told(kind, { target, workers: 3, inFlight: 1 })).workers).toBe(1);
    expect((await told(kind, { target, workers: 3, inFlight: 2 })).workers).toBe(2);
  },
  async timeout({ target, kind, inline }) {
    const [error] = await call(kind, "waits", 1, { target, ...inline, timeout: 50 });
    expect(error).toMatchObject({
      name: "TimeoutError",
      message: expect.stringContaining("timeout of 50 ms"),
    });
  },
  async deadline({ target, kind, inline }) {
    // a kernel that runs in this thread is not ended, those behind it are
    const here = kind === "kernel" && (target === "for" || "workers" in inline);
    const results = await call(kind, here ? "works" : "waits", here ? 400 : 1, {
      ...{ target, ...inline, deadline: 50 },
    });
    expect(errorsOf(results).at(-1)).toContain("took longer than its deadline of 50 ms");
  },
  async signal({ target, kind, inline }) {
    const results = await call(kind, "returns", 3, { target, ...inline, signal: AbortSignal.abort(asked) });
    expect(errorsOf(results)).toEqual(Array(3).fill(asked.message));
  },
  async grace({ target, kind, inline }) {
    expect([...(await abortedWhileItRuns(kind, { target, ...inline, grace: 60_000 }))]).toEqual(["ended"]);
    expect(errorsOf(await abortedWhileItRuns(kind, { target, ...inline, grace: 1 }))).toEqual([
      asked.message,
    ]);
  },
  async retry({ target, kind, inline, one }) {
    const options = { target, ...one, ...inline };
    expect(errorsOf(await call(kind, "fails once", 1, options))).toEqual([
      expect.stringContaining("failed once"),
    ]);
    expect([...(await call(kind, "fails once", 1, { ...options, retry: 1 }))]).toEqual([0]);
  },
  async scratch({ target, inline }) {
    // threads keep what they have for later calls: each needs more than those before
    mebibytes += 20;
    const hoard = (options: object) =>
      run(kernels.hoards, [7] as any, { target, ...inline, ...options, args: [mebibytes] } as any);
    expect(errorsOf(await hoard({}))).toEqual([expect.stringContaining("kernel scratch exhausted")]);
    expect([...(await hoard({ scratch: (mebibytes + 8) << 20 }))]).toEqual([7]);
  },
};

const values: Record<Exclude<OptionName, "debug" | "bar">, unknown> = {
  workers: 2,
  chunkSize: 3,
  concurrency: 2,
  inFlight: 2,
  timeout: 1000,
  deadline: 1000,
  signal: new AbortController().signal,
  grace: 5,
  retry: 1,
  scratch: 1 << 20,
};

const options = (Object.keys(callOptions) as OptionName[]).filter(
  (option) => !("always" in callOptions[option]),
);

/** Gives an option together with a target, as calls of the kind do. */
function given(kind: CallableKind, target: Target, given: object): Promise<unknown> {
  if (kind === "kernel") return run(kernels.returns, [1] as any, { target, ...given, args: [0] } as any);
  if (kind === "function") return run(actHere, [1], { target, ...given, args: ["returns", ""] } as any);
  const declare = () =>
    inbatchParallel({ init: "indices", target, options: given } as any, (id: number) => id);
  return new Promise((resolve) => resolve(declare()));
}

const cells = definitions().flatMap((definition) =>
  definition.runs.flatMap((kind) =>
    [false, ...(definition.inline ? [true] : [])].map((inline) => {
      const name = `${definition.name}, a ${kind}${inline ? ", with workers: 0" : ""}`;
      const cell: Cell = {
        target: definition.name as Target,
        kind,
        inline: inline ? { workers: 0 } : {},
        one: heeds(definition, "workers") && !inline ? { workers: 1 } : {},
      };
      return { name, cell, heeded: options.filter((option) => heeds(definition, option, { kind, inline })) };
    }),
  ),
);

describe.each(cells)("$name", ({ cell, heeded }) => {
  test.each(heeded)("heeds %s", async (option) => {
    expect.hasAssertions();
    await effects[option as keyof typeof effects](cell);
  });

  test.each(options.filter((option) => !heeded.includes(option)))("refuses %s by name", async (option) => {
    const { kind, target, inline } = cell;
    const refused = given(kind, target, { ...inline, [option]: values[option as keyof typeof values] });
    await expect(refused).rejects.toThrow(TypeError);
    await expect(
      given(kind, target, { ...inline, [option]: values[option as keyof typeof values] }),
    ).rejects.toThrow(new RegExp(`the option "${option}" would do nothing: target "${target}"`));
  });

  test("heeds debug, as every call does", async () => {
    const failing = call(cell.kind, "throws", 1, { target: cell.target, ...cell.inline, debug: true });
    await expect(failing).rejects.toThrow(/threw/);
  });
});
