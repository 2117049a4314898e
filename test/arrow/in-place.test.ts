import { Batch, run, sharedBytes } from "nogil";
import { arrowReport, fromArrow, toArrow } from "nogil/arrow";
import { describe, expect, test, vi } from "vitest";
import { sharedMemory } from "../../dist/columns/memory.js";
import { collectGarbage } from "../../dist/hosts/node/memory.js";
import { scale } from "../fixtures/build/kernels.js";

class Loose extends Batch<any, any> {}

const { heap } = sharedMemory();

function example() {
  const batch = Loose.from(["a", "b"], {
    x: Float64Array.of(1, 2),
    rows: [Float64Array.of(1, 2, 3), Float64Array.of(4)],
    label: ["p", "q"],
  });
  batch.allocate("image", { dtype: "u8", shape: [1, 2], values: Uint8Array.of(1, 2, 3, 4) });
  batch.allocate("images", {
    dtype: "i64",
    shapes: [
      [1, 2],
      [0, 3],
    ],
    values: BigInt64Array.of(7n, 8n),
  });
  return batch;
}

/** The example's bytes in shared memory, `shift` bytes from where they would begin. */
async function bytesInPlace(options = {}, shift = 0) {
  const bytes = await toArrow(example(), options);
  const shared = sharedBytes(bytes.length + shift);
  const view = shared.values.subarray(shift);
  view.set(bytes);
  return { shared, view };
}

const within = (column: any, bytes: Uint8Array) => {
  const { byteOffset } = column.at(column.length - 1).byteOffset === undefined ? column.values : column.at(0);
  return byteOffset >= bytes.byteOffset && byteOffset < bytes.byteOffset + bytes.length;
};

describe("Arrow bytes in shared memory", () => {
  test.each(["stream", "file"])("are used where they are, as a %s", async (format) => {
    const { view } = await bytesInPlace({ format });
    const batch = await fromArrow(view, Loose);
    const report = arrowReport(batch);
    expect(report.bytesCopied).toBe(0);
    expect(report.bytesInPlace).toBe(16 + 32 + 4 + 16);
    expect(Object.values(report.columns).map(({ use }) => use)).toEqual([
      "in place",
      "in place",
      "array",
      "in place",
      "in place",
    ]);
    for (const name of ["x", "rows", "image", "images"]) expect(within(batch.data[name], view)).toBe(true);
    batch.data.x.values[1] = 42;
    expect((await fromArrow(view, Loose)).at("b")).toEqual({ ...batch.at("b"), x: 42 });
  });

  test("are what kernels work on, in place", async () => {
    const { view } = await bytesInPlace();
    const batch = await fromArrow(view, Loose);
    await run(scale, batch.rows("rows") as any, { args: [{ k: 10 }] });
    const again = await fromArrow(view, Loose);
    expect([...again.data.rows.values]).toEqual([10, 20, 30, 40]);
  });

  test("stay until the last column over them is disposed of, however they are let go", async () => {
    const before = heap.usedBytes;
    const { shared, view } = await bytesInPlace();
    const held = heap.usedBytes;
    const [one, two] = [await fromArrow(view, Loose), await fromArrow(view, Loose)];
    shared.dispose();
    one.dispose();
    expect(heap.usedBytes).toBeGreaterThanOrEqual(held);
    expect(two.at("a").x).toBe(1);
    two.data.rows.dispose();
    expect(two.data.image.at(1)).toEqual(Uint8Array.of(3, 4));
    two.dispose();
    // what is left are the columns of the example, for garbage collection to find
    await collect();
    expect(heap.usedBytes).toBeLessThanOrEqual(before);
  });

  test("go when no view of a column over them is left, and not before", async () => {
    await collect();
    const before = heap.usedBytes;
    const views: unknown[] = [];
    await (async () => {
      const { view } = await bytesInPlace();
      const batch = await fromArrow(view, Loose);
      views.push(batch.data.rows.at(0).subarray(1));
    })();
    await collect();
    expect(heap.usedBytes).toBeGreaterThan(before);
    expect(views[0]).toEqual(Float64Array.of(2, 3));
    views.length = 0;
    await collect();
    expect(heap.usedBytes).toBe(before);
  });

  test("are copied where they do not begin at a multiple of 8, and where rows come in several record batches", async () => {
    const { view } = await bytesInPlace({}, 4);
    const odd = await fromArrow(view, Loose);
    expect(odd.at("b")).toEqual(example().at("b"));
    expect(arrowReport(odd)).toMatchObject({
      bytesInPlace: 0,
      columns: { x: { use: "copied", why: "the bytes do not begin at a multiple of 8" } },
    });
    const { view: cut } = await bytesInPlace({ batchRows: 1 });
    const several = await fromArrow(cut, Loose);
    expect(arrowReport(several).columns).toMatchObject({
      x: { use: "copied", why: "it comes in 2 record batches" },
      // each row lies where it is
      rows: { use: "in place" },
    });
    expect(several.at("b")).toEqual(example().at("b"));
    expect([...several.data.rows.values]).toEqual([1, 2, 3, 4]);
  });

  test("in ordinary memory are copied once, and the report says so", async () => {
    const bytes = await toArrow(example());
    const batch = await fromArrow(bytes, Loose);
    expect(arrowReport(batch)).toMatchObject({
      bytesInPlace: 0,
      bytesCopied: 68,
      columns: {
        rows: { type: "List<Float64>", use: "copied", why: "its elements are not in shared memory" },
      },
    });
    bytes.fill(0);
    expect(batch.at("a").rows).toEqual(Float64Array.of(1, 2, 3));
    expect(() => arrowReport(example())).toThrow("only on what fromArrow(), load() or readArrow() returned");
  });

  test("of a column that was disposed of are refused", async () => {
    const { shared, view } = await bytesInPlace();
    shared.dispose();
    await expect(fromArrow(view, Loose)).rejects.toThrow("a view of a column that was disposed of");
  });

  test("are used in place also where text in shared memory cannot be decoded, as in browsers", async () => {
    const Decoder = TextDecoder;
    vi.stubGlobal(
      "TextDecoder",
      class extends Decoder {
        override decode(input?: any, options?: any) {
          if (input?.buffer instanceof SharedArrayBuffer) throw new TypeError("must not be shared");
          return super.decode(input, options);
        }
      },
    );
    try {
      const { view } = await bytesInPlace();
      const batch = await fromArrow(view, Loose);
      expect(arrowReport(batch)).toMatchObject({ bytesInPlace: 68, bytesCopied: 0 });
      expect(within(batch.data.rows, view)).toBe(true);
      expect(batch.at("b")).toEqual(example().at("b"));
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

async function collect() {
  for (let i = 0; i < 6; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
