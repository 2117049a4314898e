import assert from "node:assert/strict";
import { Batch, type Dense, type Ragged } from "nogil";
import { type Operation, same } from "./operation.js";
import { batchOf, type Table, tableOf, width } from "./table.js";

const items = 200_000;

class Boxes extends Batch<{ box: Ragged<"f64"> }> {}

/** Reading columns. */
export function columnOperations(): Operation[] {
  const table = tableOf(items);
  const { x, wide, rows } = batchOf(table).data;
  return [...numbers(table, x), ...rowsOf(table, wide, rows)];
}

function numbers({ x: values }: Table, x: Dense<"f64">): Operation[] {
  return [
    {
      name: "column of numbers: for of",
      items,
      nogil: () => {
        let sum = 0;
        for (const each of x) sum += each;
        return sum;
      },
      loop: () => {
        let sum = 0;
        for (const each of values) sum += each;
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "column of numbers: at each",
      items,
      nogil: () => {
        let sum = 0;
        for (let i = 0; i < items; i++) sum += x.at(i);
        return sum;
      },
      // a position that is none is an error
      loop: () => {
        let sum = 0;
        for (let i = 0; i < items; i++) {
          if (!(Number.isInteger(i) && i >= 0 && i < values.length)) throw new RangeError(`no item ${i}`);
          sum += values[i];
        }
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "column of numbers: toArray",
      items,
      nogil: () => x.toArray(),
      loop: () => {
        const made = new Array<number>(items);
        for (let i = 0; i < items; i++) made[i] = values[i];
        return made;
      },
      check: same,
    },
    {
      name: "column of numbers: map",
      items,
      nogil: () => x.map((each) => each + 1),
      loop: () => {
        const made = new Array<number>(items);
        for (let i = 0; i < items; i++) made[i] = values[i] + 1;
        return made;
      },
      check: same,
    },
    {
      name: "column of numbers: toJSON",
      items,
      nogil: () => x.toJSON(),
      loop: () => {
        const made: unknown[] = [];
        for (let i = 0; i < items; i++) made.push(values[i]);
        return made;
      },
      check: same,
    },
  ];
}

function rowsOf(table: Table, wide: Dense<"f32", [8]>, rows: Ragged<"f64">): Operation[] {
  const { values, offsets } = table;
  const row = (i: number) => values.subarray(offsets[i], offsets[i + 1]);
  const lengths = Array.from({ length: items }, (_, i) => offsets[i + 1] - offsets[i]);
  const boxes = Boxes.from(items) as unknown as Boxes;
  boxes.allocate("box", { dtype: "f64", shapes: lengths.map((length) => [1, length]) });
  const shapes = boxes.data.box;
  const reading = (name: string, of: Iterable<ArrayLike<number>>, loop: () => number): Operation => ({
    name,
    items,
    nogil: () => {
      let sum = 0;
      for (const each of of) sum += each.length;
      return sum;
    },
    loop,
    check: assert.equal,
  });
  return [
    reading("column [N, 8]: for of", wide, () => {
      let sum = 0;
      for (let i = 0; i < items; i++) sum += table.wide.subarray(width * i, width * (i + 1)).length;
      return sum;
    }),
    reading("ragged column: for of", rows, () => {
      let sum = 0;
      for (let i = 0; i < items; i++) sum += row(i).length;
      return sum;
    }),
    {
      name: "ragged column: toArray",
      items,
      nogil: () => rows.toArray(),
      loop: () => {
        const made = new Array<Float64Array>(items);
        for (let i = 0; i < items; i++) made[i] = row(i);
        return made;
      },
      check: (made, byHand) => assert.equal(made.length, byHand.length),
    },
    {
      name: "ragged column: toJSON",
      items,
      nogil: () => rows.toJSON(),
      loop: () => {
        const made: number[][] = [];
        for (let i = 0; i < items; i++) {
          const own: number[] = [];
          for (let k = offsets[i]; k < offsets[i + 1]; k++) own.push(values[k]);
          made.push(own);
        }
        return made;
      },
      check: (made, byHand) => assert.equal(made.length, byHand.length),
    },
    {
      name: "ragged column: shapeAt each",
      items,
      nogil: () => {
        let sum = 0;
        for (let i = 0; i < items; i++) sum += shapes.shapeAt(i)[1];
        return sum;
      },
      loop: () => {
        let sum = 0;
        for (let i = 0; i < items; i++) {
          if (!(Number.isInteger(i) && i >= 0 && i < items)) throw new RangeError(`no item ${i}`);
          sum += [1, lengths[i]][1];
        }
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "ragged column: offsets and shape of a new one",
      items,
      nogil: () => {
        const made = boxes.allocate("box", {
          dtype: "u8",
          shapes: lengths,
        } as never) as unknown as Ragged<"u8">;
        const all = [made.offsets, made.shape, made.values.length];
        made.dispose();
        return all[0];
      },
      loop: () => {
        const made = new Uint32Array(items + 1);
        for (let i = 0; i < items; i++) {
          if (!Number.isInteger(lengths[i]) || lengths[i] < 0) throw new TypeError(`no length at ${i}`);
          made[i + 1] = made[i] + lengths[i];
        }
        return [made, new Uint8Array(made[items])][0];
      },
      check: same,
    },
  ];
}
