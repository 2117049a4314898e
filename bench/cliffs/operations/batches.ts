import assert from "node:assert/strict";
import { Batch } from "nogil";
import { elementsOf, type Operation, same } from "./operation.js";
import {
  batchOf,
  emptyTable,
  Items,
  joinTables,
  pick,
  sameAsTable,
  shuffled,
  type Table,
  tableOf,
  width,
} from "./table.js";

const items = 200_000;

class Plain extends Batch<any, any> {}

const dispose = (made: { dispose(): void }) => made.dispose();

/** Making batches, taking them apart and putting them together. */
export function batchOperations(): Operation[] {
  const table = tableOf(items);
  const batch = batchOf(table);
  return [...making(table), ...setting(table), ...parts(table, batch), ...asking(table, batch)];
}

// as a batch does: ids are strings or numbers, and each is there once
function checkedIds(given: readonly unknown[]): unknown[] {
  const ids = [...given];
  let ascending = true;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i];
    if (typeof id !== "string" && typeof id !== "number") throw new TypeError(`no id at ${i}`);
    if (i > 0 && !((ids[i - 1] as string) < (id as string))) ascending = false;
  }
  if (!ascending && new Set(ids).size < ids.length) throw new RangeError("an id comes twice");
  return ids;
}

function making(table: Table): Operation[] {
  const ascending = table.ids.toSorted();
  const numbers = Array.from(shuffled(items));
  const ids = (name: string, given: readonly (string | number)[]): Operation => ({
    name: `batch of ${name}`,
    items,
    nogil: () => Plain.from(given),
    loop: () => checkedIds(given),
    check: ({ indices }, made) => same(indices, made),
  });
  return [
    {
      name: "batch of a number of items",
      items,
      nogil: () => Plain.from(items),
      loop: () => {
        const made: number[] = [];
        for (let i = 0; i < items; i++) made.push(i);
        return made;
      },
      check: ({ indices }, made) => same(indices, made),
    },
    ids("ascending strings as ids", ascending),
    ids("strings as ids", table.ids),
    ids("shuffled numbers as ids", numbers),
  ];
}

function setting(table: Table): Operation[] {
  const { x, offsets, values, wide } = table;
  const batch = Plain.from(items) as Plain;
  const numbers = Array.from(x);
  const rows = Array.from({ length: items }, (_, i) => values.slice(offsets[i], offsets[i + 1]));
  const equal = Array.from({ length: items }, (_, i) => wide.slice(width * i, width * (i + 1)));
  const lengths = rows.map(({ length }) => length);
  const flat = (given: readonly Float64Array[] | readonly Float32Array[], Class: any) => {
    let elements = 0;
    for (const row of given) {
      if (!(row instanceof Class)) throw new TypeError("another class");
      elements += row.length;
    }
    const made = new Class(elements);
    const starts = new Uint32Array(given.length + 1);
    for (let i = 0; i < given.length; i++) {
      made.set(given[i] as any, starts[i]);
      starts[i + 1] = starts[i] + given[i].length;
    }
    return made;
  };
  const set = (name: string, given: unknown, loop: () => unknown): Operation => ({
    name: `set ${name}`,
    items,
    nogil: () => {
      batch.set({ made: given } as never);
      return batch.data.made;
    },
    loop,
    check: (made, byHand) => same(elementsOf(made), byHand),
    free: (made) => made.dispose?.(),
  });
  const allocate = (name: string, how: object, loop: () => ArrayLike<unknown>): Operation => ({
    name: `allocate ${name}`,
    items,
    nogil: () => batch.allocate("made", how as never),
    loop,
    check: (made, byHand) => same(made.values, byHand),
    free: dispose,
  });
  const sizes = lengths.map((length) => [1, length]);
  const again = new Float64Array(items).fill(1);
  return [
    set("a typed array", x, () => x.slice()),
    set("an array of numbers", numbers, () => {
      const made = new Float64Array(items);
      for (let i = 0; i < items; i++) {
        if (typeof numbers[i] !== "number") throw new TypeError(`no number at ${i}`);
        made[i] = numbers[i];
      }
      return made;
    }),
    set("rows of one length", equal, () => flat(equal, Float32Array)),
    set("rows of several lengths", rows, () => flat(rows, Float64Array)),
    // memory that is used again has to be cleared, which new memory of the system is already
    allocate("numbers", { dtype: "f64" }, () => again.fill(0)),
    allocate("numbers with values", { dtype: "f64", values: x }, () => x.slice()),
    allocate("rows of these lengths with values", { dtype: "f64", shapes: lengths, values }, () => {
      const starts = new Uint32Array(items + 1);
      for (let i = 0; i < items; i++) {
        if (!Number.isInteger(lengths[i]) || lengths[i] < 0) throw new TypeError(`no length at ${i}`);
        starts[i + 1] = starts[i] + lengths[i];
      }
      return values.slice();
    }),
    allocate("rows with an array each", { dtype: "f64", shapes: lengths, values: rows }, () =>
      flat(rows, Float64Array),
    ),
    allocate("images of these shapes", { dtype: "f64", shapes: sizes, values }, () => {
      const starts = new Uint32Array(items + 1);
      const shapes = new Uint32Array(2 * items);
      for (let i = 0; i < items; i++) {
        const [height, across] = sizes[i];
        if (!(Number.isInteger(height) && Number.isInteger(across) && height >= 0 && across >= 0))
          throw new TypeError(`no shape at ${i}`);
        shapes[2 * i] = height;
        shapes[2 * i + 1] = across;
        starts[i + 1] = starts[i] + height * across;
      }
      return values.slice();
    }),
  ];
}

function parts(table: Table, batch: Items): Operation[] {
  const half = items / 2;
  const every = Array.from({ length: half }, (_, i) => 2 * i);
  const contiguous = Array.from({ length: half }, (_, i) => half / 2 + i);
  const order = shuffled(items).subarray(0, half);
  const chosen = Array.from(order, (position) => table.ids[position]);
  const subset = (name: string, which: any, positions: () => ArrayLike<number>): Operation => ({
    name: `subset: ${name}`,
    items: half,
    nogil: () => batch.subset(which),
    loop: () => pick(table, positions()),
    check: sameAsTable,
    free: dispose,
  });
  const tables = Array.from({ length: 10 }, (_, i) => tableOf(items / 10, (i * items) / 10));
  const batches = tables.map(batchOf);
  // a user would keep the map, as a batch does
  const places = new Map(table.ids.map((id, i) => [id, i]));
  return [
    subset("every other item", { positions: every }, () => every),
    subset("half, one after another", { positions: contiguous }, () => contiguous),
    subset("half, shuffled", { positions: order }, () => order),
    subset("half, shuffled, by ids", chosen, () => {
      const positions = new Uint32Array(half);
      for (let i = 0; i < half; i++) {
        const place = places.get(chosen[i]);
        if (place === undefined) throw new RangeError(`no item ${chosen[i]}`);
        positions[i] = place;
      }
      return positions;
    }),
    {
      name: "concat of ten",
      items,
      nogil: () => Items.concat(batches),
      loop: () => joinTables(tables),
      check: sameAsTable,
      free: dispose,
    },
    {
      name: "split in ten",
      items,
      nogil: () => batch.split(10),
      // columns are views of the whole
      loop: () =>
        tables.map((_, i) => {
          const [begin, end] = [(i * items) / 10, ((i + 1) * items) / 10];
          const { ids, x, label } = table;
          const part = emptyTable(0, 0);
          return {
            ...part,
            ids: ids.slice(begin, end),
            x: x.subarray(begin, end),
            label: label.slice(begin, end),
          };
        }),
      check: (made: Items[], byHand: Table[]) =>
        made.forEach(({ indices, data }, i) => {
          same(indices, byHand[i].ids);
          same(data.x.values, byHand[i].x);
        }),
      free: (made: Items[]) => made.forEach(dispose),
    },
  ];
}

function asking(table: Table, batch: Items): Operation[] {
  const { ids } = table;
  const asked = Array.from(shuffled(items), (i) => ids[i]);
  const fresh = () => {
    const places = new Map<string, number>();
    for (let i = 0; i < ids.length; i++) {
      if (places.has(ids[i])) throw new RangeError(`${ids[i]} comes twice`);
      places.set(ids[i], i);
    }
    return places;
  };
  const places = fresh();
  const rowOf = (i: number) => ({
    x: table.x[i],
    y: table.y[i],
    code: table.code[i],
    label: table.label[i],
    wide: table.wide.subarray(width * i, width * (i + 1)),
    rows: table.values.subarray(table.offsets[i], table.offsets[i + 1]),
  });
  const json = 30_000;
  const [small, smallTable] = [batchOf(tableOf(json)), tableOf(json)];
  return [
    {
      name: "positionOf, the first of a batch",
      items,
      nogil: () => Plain.from(ids).positionOf(ids[7]),
      loop: () => {
        checkedIds(ids);
        return fresh().get(ids[7]);
      },
      check: assert.equal,
    },
    {
      name: "positionOf each",
      items,
      nogil: () => {
        let sum = 0;
        for (const id of asked) sum += batch.positionOf(id);
        return sum;
      },
      loop: () => {
        let sum = 0;
        for (const id of asked) {
          const place = places.get(id);
          if (place === undefined) throw new RangeError(`no item ${id}`);
          sum += place;
        }
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "at each",
      items,
      nogil: () => {
        let sum = 0;
        for (const id of asked) sum += batch.at(id).rows.length;
        return sum;
      },
      loop: () => {
        let sum = 0;
        for (const id of asked) {
          const place = places.get(id);
          if (place === undefined) throw new RangeError(`no item ${id}`);
          sum += rowOf(place).rows.length;
        }
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "rows(…), one after another",
      items,
      nogil: () => {
        let sum = 0;
        for (const { positional } of batch.rows("x", "rows", "label"))
          sum += positional[0] + positional[1].length + positional[2].length;
        return sum;
      },
      // as iterators go: an object and an array for each
      loop: () => {
        let sum = 0;
        const all = (function* () {
          for (let i = 0; i < items; i++) {
            const row = table.values.subarray(table.offsets[i], table.offsets[i + 1]);
            yield { positional: [table.x[i], row, table.label[i]] as const };
          }
        })();
        for (const { positional } of all) sum += positional[0] + positional[1].length + positional[2].length;
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "rows(…).blocks(100)",
      items,
      nogil: () => batch.rows("x", "wide", "rows", "label").blocks(100).length,
      loop: () => {
        const blocks = [];
        for (let i = 0; i < items; i += 100) {
          blocks.push([
            table.x.subarray(i, i + 100),
            table.wide.subarray(width * i, width * (i + 100)),
            table.values.subarray(table.offsets[i], table.offsets[i + 100]),
            table.label.slice(i, i + 100),
          ]);
        }
        return blocks.length;
      },
      check: assert.equal,
    },
    {
      name: "JSON of a batch",
      items: json,
      nogil: () => JSON.stringify(small),
      loop: () => {
        const { ids: indices, x, y, code, label, wide, values, offsets } = smallTable;
        const chunks = (of: ArrayLike<number>, begin: (i: number) => number) => {
          const all: number[][] = [];
          for (let i = 0; i < json; i++) {
            const row: number[] = [];
            for (let k = begin(i); k < begin(i + 1); k++) row.push(of[k]);
            all.push(row);
          }
          return all;
        };
        return JSON.stringify({
          indices,
          data: {
            x: Array.from(x),
            y: Array.from(y),
            code: Array.from(code),
            label,
            wide: chunks(wide, (i) => width * i),
            rows: chunks(values, (i) => offsets[i]),
          },
        });
      },
      check: assert.equal,
    },
  ];
}
