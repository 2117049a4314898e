import { Batch } from "nogil";
import { fromArrow, toArrow } from "nogil/arrow";
import { expect, test } from "vitest";
import { Type } from "../../dist/arrow/types.js";
import { FlatBuffer } from "./flatbuffer.js";
import { joined, piecesOf } from "./pieces.js";

class Rows extends Batch<any, any> {}

/** The schema of columns "n" of Int32, and "t" of Utf8. */
function schema(bigEndian: boolean): Uint8Array {
  const buffer = new FlatBuffer();
  const fields = buffer.schema(2, bigEndian);
  for (const [i, [name, typeId]] of (
    [
      ["n", Type.Int],
      ["t", Type.Utf8],
    ] as const
  ).entries()) {
    const field = buffer.table(4, 0, 2, 3);
    buffer.point(fields(i), field.at);
    buffer.text(field.field(0), name);
    buffer.view.setUint8(field.field(2), typeId);
    const type = buffer.table(2, 0, 1);
    buffer.point(field.field(3), type.at);
    if (typeId !== Type.Int) continue;
    buffer.view.setInt32(type.field(0), 32, true);
    buffer.view.setUint8(type.field(1), 1);
  }
  return buffer.message();
}

test("big-endian data is read as it is meant, and left as it is", async () => {
  const components = { n: Int32Array.of(1, -2, 2 ** 20), t: ["a", "", "bcd"] };
  const [, rows] = piecesOf(await toArrow(components));
  const little = joined([schema(false), rows.bytes]);
  expect((await fromArrow(little, Rows)).at(1)).toEqual({ n: -2, t: "" });

  const turned = rows.bytes.slice();
  const body = turned.subarray(8 + rows.metadata.length);
  const { records } = rows.message as any;
  // values of n, and offsets of t: neither has nulls
  for (const { offset, length } of records.buffers.filter((_: unknown, i: number) => i === 1 || i === 3)) {
    for (let at = offset; at + 4 <= offset + length; at += 4) body.subarray(at, at + 4).reverse();
  }
  const big = joined([schema(true), turned]);
  // a buffer of Node's, whose slices are not copies
  for (const bytes of [big, Buffer.from(big)]) {
    const before = bytes.slice().toString();
    for (let twice = 0; twice < 2; twice++) {
      const { n, t } = await fromArrow<{ n: any; t: string[] }>(bytes);
      expect([[...n.values], t]).toEqual([
        [1, -2, 2 ** 20],
        ["a", "", "bcd"],
      ]);
    }
    expect(bytes.slice().toString()).toBe(before);
  }
});
