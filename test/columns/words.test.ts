import { describe, expect, test } from "vitest";
import {
  type Column,
  concat,
  type Dtype,
  dtypes,
  RaggedColumn,
  raggedFrom,
  raggedOver,
  subset,
  typedArrays,
} from "../../src/columns/index.js";
import { detach, revive } from "../../src/columns/transfer.js";

// lengths around those from which rows are copied by a call
const lengths = [0, 1, 3, 31, 32, 33, 63, 64, 65, 0, 200, 2];

function rowsOf(dtype: Dtype): any[] {
  const big = dtype === "i64" || dtype === "u64";
  return lengths.map((length, row) =>
    (typedArrays[dtype] as any).from({ length }, (_: unknown, i: number) => {
      const value = (row * 31 + i) % 120;
      return big ? BigInt(value) : value;
    }),
  );
}

/** The same rows as a column whose rows lie in another order than they have. */
function apart(dtype: Dtype): Column {
  const rows = rowsOf(dtype);
  const order = rows.map((_, i) => i).reverse();
  const reversed = raggedFrom(order.map((i) => rows[i]));
  const addresses = order.map((i) => reversed.addresses[i]);
  const own = Uint32Array.from(order, (i) => reversed.lengths[i]);
  return raggedOver(dtype, { addresses, lengths: own, dimensions: 1 }, [reversed.values]);
}

const positions = [
  [],
  [4],
  [0, 9],
  [11, 10, 9, 8],
  [1, 2, 3, 7, 8, 8, 8, 0, 9, 10],
  lengths.map((_, i) => i),
];

describe.each(dtypes)("rows of %s", (dtype) => {
  test("are copied as they are, in any order and however often", () => {
    const rows = rowsOf(dtype);
    for (const column of [raggedFrom(rows), apart(dtype)]) {
      for (const which of positions) {
        for (const given of [which, Uint32Array.from(which)]) {
          expect(subset(column, given).toArray()).toEqual(which.map((i) => rows[i]));
        }
      }
    }
  });

  test("are put together, moved together and sent as they are, wherever they lie", () => {
    const rows = rowsOf(dtype);
    const joined = concat([apart(dtype), raggedFrom(rows), apart(dtype)]);
    expect(joined.toArray()).toEqual([...rows, ...rows, ...rows]);
    const moved = apart(dtype);
    const flat = raggedFrom(rows);
    expect(revive(detach(moved)).toArray()).toEqual(rows);
    expect([moved.values, moved.offsets]).toEqual([flat.values, flat.offsets]);
    expect(moved.toArray()).toEqual(rows);
  });
});

test("every bit of a NaN, and the sign of zero, stay what they are", () => {
  const bits = BigUint64Array.of(0x7ff0_0000_0000_0001n, 0xfff8_0000_dead_beefn, 1n << 63n);
  const row = new Float64Array(bits.buffer);
  const column = raggedFrom([row, row.subarray(1)]);
  const bitsOf = ({ values }: Column) => {
    const { buffer, byteOffset, length } = values;
    return [...new BigUint64Array(buffer as ArrayBuffer, byteOffset, length)];
  };
  expect(bitsOf(subset(column, [1, 0]))).toEqual([bits[1], bits[2], ...bits]);
  expect(bitsOf(concat([column, column]))).toEqual([...bits, bits[1], bits[2], ...bits, bits[1], bits[2]]);
});

test("a column that was disposed of is not copied", () => {
  const column = raggedFrom([Float64Array.of(1)]);
  expect(column).toBeInstanceOf(RaggedColumn);
  column.dispose();
  for (const copy of [() => subset(column, [0]), () => concat([column, column]), () => detach(column)])
    expect(copy).toThrow("This column was disposed of");
});
