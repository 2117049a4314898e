import { afterAll, describe, expect, test } from "vitest";
import type { Invocations } from "../../dist/call/invocation.js";
import { denseFrom } from "../../dist/columns/index.js";
import { ends, overlapping, stir, ViewsBatch } from "../fixtures/views-batch.js";
import { spied } from "../observe/spied.js";
import { engines, functionJob, indices, list, methodJob, type Name, values } from "./jobs.js";
import { sequential } from "./loaded.js";

const series = (length: number) => Float64Array.from({ length }, (_, i) => i);
const three = () => {
  const { buffer } = series(9);
  return [
    new Float64Array(buffer, 0, 6),
    new Uint8Array(buffer, 21, 40),
    new Float64Array(buffer, 24, 6),
  ] as const;
};

/** Items with views of one buffer each, and what the call gives to all. */
const ways: Record<string, () => [entries: unknown[], rest?: object]> = {
  "by position": () => [[[...three()], [...three()].reverse()]],
  "by name": () => {
    const [x, y, z] = three();
    return [[[[z], { x, y }]]];
  },
  "within other values": () => {
    const [x, y, z] = three();
    return [
      [
        [new Map([["x", x]]), { deep: [y] }, [z]],
        [[[x.slice()]], {}, 1],
      ],
    ];
  },
  "of other kinds": () => {
    const [{ buffer }] = three();
    return [
      [[new DataView(buffer, 3, 30), Buffer.from(buffer, 8, 40), new Uint8ClampedArray(buffer, 20, 12)]],
    ];
  },
  "beside the buffer itself": () => {
    const [x, y, z] = three();
    return [[[x, x.buffer, y, z]]];
  },
  "as the last ones of a pool": () => {
    const whole = Buffer.from("a text that several share");
    return [[[whole.subarray(2, 9), whole.subarray(5), "x"]]];
  },
  "by the item and by the call": () => {
    const [x, y, z] = three();
    return [[[x, 1]], { call: [y], named: { z } }];
  },
  "by the item and by partial()": () => {
    const [x, y, z] = three();
    return [[{ x }], { bound: { positional: [y], named: { z } } }];
  },
  "by the item, and the buffer itself by the call": () => {
    const [x, y, z] = three();
    return [[[x, y, z]], { call: [x.buffer] }];
  },
  "by the call, and the buffer itself by the item": () => {
    const [x, y, z] = three();
    return [[[{ deep: [x.buffer] }]], { call: [x, y], named: { z } }];
  },
  "deep within what the item and the call give": () => {
    const [x, y, z] = three();
    return [[[{ deep: [x] }, 1]], { call: [new Set([y])], named: { map: new Map([["z", z]]) } }];
  },
  "by the call alone": () => {
    const [x, y, z] = three();
    return [[[1]], { call: [x, y], named: { z } }];
  },
};

describe.each(Object.keys(engines) as Name[])("on %s, views of one buffer", (name) => {
  const engine = engines[name];
  afterAll(() => engine.close());
  const job = (invocations: Invocations, rest: object = {}) =>
    name === "mpc"
      ? functionJob(stir, invocations, { self: new ViewsBatch(), ...rest })
      : methodJob(new ViewsBatch(), "stir", invocations, rest);

  test.each(Object.keys(ways))("overlap for their item as in the caller's thread, given %s", async (way) => {
    const run = async (target: typeof engine) => {
      const [entries, rest] = ways[way]();
      return values(await target.run(job(list(entries), rest)));
    };
    const expected = await run(sequential);
    expect(expected.flat(2).length).toBeGreaterThan(0);
    expect(await run(engine)).toEqual(expected);
  });

  test("overlap in what an item returns", async () => {
    const results = values(
      await engine.run(functionJob(overlapping, indices(3), { self: new ViewsBatch() })),
    );
    for (const [x, y] of results as Uint8Array[][]) {
      x[5] = 99;
      expect([x.length, y.length, y[2]]).toEqual([6, 6, 99]);
    }
  });

  test("fail with their item alone, if that has what cannot be looked at", async () => {
    const [x, y] = three();
    const bad = Object.defineProperty({}, "x", { enumerable: true, get: () => x.at(Symbol() as never) });
    const gone = new DataView(new ArrayBuffer(8));
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const results = values(await engine.run(job(list([[gone], [bad], [[], bad], [1]]), { call: [y] })));
    const failure = expect.any(TypeError);
    expect(results).toEqual([failure, failure, failure, expect.any(Array)]);
  });

  test("leave the caller's bytes alone", async () => {
    const [x, y] = three();
    await engine.run(job(list([[x, y]])));
    expect(x).toEqual(series(6));
  });
});

test("rows of a column that the call views as well overlap with that on processes", async () => {
  const column = denseFrom(
    new Uint8Array(8).map((_, i) => i),
    [4],
  );
  const given = (): Invocations => ({ kind: "zipped", length: 2, components: [column] });
  const call = [column.at(1).subarray(2)];
  const results = values(
    await engines.mpc.run(
      functionJob(stir, given(), { self: new ViewsBatch(), call, options: { chunkSize: 1 } }),
    ),
  );
  const alone = (row: number[], other: number[]) => [
    row.map((x, i) => x * 7 + i),
    other.map((x, i) => x * 7 + i + 1),
  ];
  const [row, other] = results[1] as number[][];
  expect(results[0]).toEqual(alone([0, 1, 2, 3], [6, 7]));
  expect(row.slice(2)).toEqual(other);
  expect([...column.values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

describe.each(["threads", "mpc"] as const)("windows of one array on %s", (name) => {
  afterAll(() => engines[name].close());

  test("go once in each message, not each by itself", async () => {
    const a = series(1_000_000);
    const windows = Array.from({ length: 900 }, (_, i) => a.subarray(1000 * i, 1000 * i + 100_000));
    const given = functionJob(ends, list(windows), { self: new ViewsBatch() });
    const told = await engines[name].plan({ ...given });
    const { value, events } = await spied(() => engines[name].run(given));
    expect(values(value)).toEqual(windows.map(ends));
    const copied = events.find((event) => event.type === "copied")!;
    // each by itself they have 720 MB
    expect(copied.bytesIn).toBeLessThan(120e6);
    expect(told.bytesIn).toBeLessThan(120e6);
  });
});
