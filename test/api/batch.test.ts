import { inspect } from "node:util";
import { Batch, type Dense, type Ragged } from "nogil";
import { describe, expect, test } from "vitest";

class Parts extends Batch<
  { x: Dense<"f64">; image: Dense<"f32", [2, 2]>; rows: Ragged<"i16">; label: string[] },
  string
> {}

const make = () =>
  Parts.from(["a", "b"], {
    x: [1, 2],
    rows: [Int16Array.of(1, 2, 3), Int16Array.of(4)],
    label: ["N", "A"],
  });

describe("a batch", () => {
  test("takes ids or a number of items", () => {
    expect(Parts.from(new Set(["a", "b"])).indices).toEqual(["a", "b"]);
    expect(Batch.from(3).indices).toEqual([0, 1, 2]);
    expect(Batch.from(0).length).toBe(0);
  });

  test("copies numbers and typed arrays into columns, and takes other arrays as they are", () => {
    const label = ["N", "A"];
    const batch = Parts.from(["a", "b"], { label, x: Float64Array.of(1, 2) });
    expect(batch.data.x.shape).toEqual([2]);
    expect(batch.data.x.values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(batch.data.label).toBe(label);
    expect(make().data.x.dtype).toBe("f64");
    expect(make().data.rows.shape).toEqual([2, null]);
    expect([...make().data.rows.offsets!]).toEqual([0, 3, 4]);
    batch.set({ rows: [Int16Array.of(1), Int16Array.of(2)] });
    expect(batch.data.rows.shape).toEqual([2, 1]);
  });

  test("gives what one item has of every component, as views", () => {
    const batch = make();
    const item = batch.at("a");
    expect(item).toEqual({ x: 1, rows: Int16Array.of(1, 2, 3), label: "N" });
    item.rows[0] = 9;
    expect(batch.data.rows.at(0)[0]).toBe(9);
    expect(batch.positionOf("b")).toBe(1);
  });

  test("allocates columns of zeros", () => {
    const batch = make();
    const image = batch.allocate("image", { dtype: "f32", shape: [2, 2] });
    expect(image.shape).toEqual([2, 2, 2]);
    expect([...image.values]).toEqual(Array(8).fill(0));
    image.at(1)[3] = 5;
    expect(batch.data.image.at(1)[3]).toBe(5);
  });

  test("fills what it allocates with values, of all items or of each", () => {
    const batch = make();
    const pixels = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const halves = [pixels.slice(0, 4), pixels.slice(4)];
    for (const values of [pixels, halves]) {
      const image = batch.allocate("image", { dtype: "f32", shape: [2, 2], values });
      expect([...image.at(1)]).toEqual([5, 6, 7, 8]);
    }
    expect(() => batch.allocate("image", { dtype: "f32", shape: [2, 2], values: pixels.slice(1) })).toThrow(
      "Parts.data.image takes Float32Array(8), got Float32Array(7).",
    );
    expect(() =>
      batch.allocate("image", { dtype: "f32", shape: [2, 2], values: [halves[0], halves[0].slice(1)] }),
    ).toThrow("takes Float32Array(4) for item 1, got Float32Array(3).");
    const listed: any = [1, 2];
    expect(() => batch.allocate("image", { dtype: "f32", shape: [], values: listed } as any)).toThrow(
      "takes Float32Array(1) for item 0, got 1.",
    );
  });

  test("allocates ragged columns of lengths, or of images with a shape each", () => {
    const batch = make();
    const lengths = batch.allocate("rows", {
      dtype: "i16",
      shapes: [1, 3],
      values: Int16Array.of(7, 8, 9, 10),
    });
    expect([...lengths.at(1)]).toEqual([8, 9, 10]);
    const values = [Float32Array.of(1, 2), Float32Array.of(3, 4, 5, 6)];
    const images = batch.allocate("image", {
      dtype: "f32",
      shapes: [
        [1, 2],
        [2, 2],
      ],
      values,
    });
    expect(images.shape).toEqual([2, null, 2]);
    expect(images.shapeAt(1)).toEqual([2, 2]);
    expect([...images.at(1)]).toEqual([3, 4, 5, 6]);
    expect(() => batch.allocate("rows", { dtype: "i16", shapes: [1] })).toThrow(
      "takes 2 shapes, one for each item, got 1",
    );
    expect(() =>
      batch.allocate("rows", { dtype: "i16", shapes: [1, 2], values: [Int16Array.of(1)] }),
    ).toThrow("takes 2 arrays of values, one for each item, got 1");
  });

  test("prints its columns briefly", () => {
    const { x, rows } = make().data;
    expect(inspect({ x, rows })).toBe("{ x: Dense <f64> [2], rows: Ragged <i16> [2, …] }");
  });

  test("tells its components by name", () => {
    const batch = make();
    expect(Object.keys(batch.data)).toEqual(["x", "rows", "label"]);
    expect("image" in batch.data).toBe(false);
    delete (batch.data as any).label;
    expect(() => batch.data.label).toThrow('has no component "label"');
  });

  test("gives its memory back on dispose, components that were replaced included", () => {
    const batch = make();
    const { x } = batch.data;
    batch.set({ x: [3, 4] });
    const replacing = batch.data.x;
    batch.dispose();
    expect(() => x.values).toThrow("disposed");
    expect(() => replacing.at(0)).toThrow("disposed");
    expect(() => batch.data.x).toThrow('its component "x" with it');
  });

  test("is disposed of by using", () => {
    let column: Dense<"f64">;
    {
      using batch = make();
      column = batch.data.x;
      expect(column.at(1)).toBe(2);
    }
    expect(() => column.at(1)).toThrow("disposed");
  });
});
