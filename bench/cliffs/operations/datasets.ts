import assert from "node:assert/strict";
import { Batch, Dataset } from "nogil";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Operation, same } from "./operation.js";
import { batchOf, Items, joinTables, sameAsTable, shuffled, tableOf } from "./table.js";

const items = 210_000;

class Plain extends Batch<any, any> {}

/** The index of items, and handing them out. */
export function datasetOperations(): Operation[] {
  return [...index(), ...handingOut()];
}

function unique(ids: readonly string[]): Set<string> {
  const known = new Set<string>();
  for (const id of ids) {
    if (known.has(id)) throw new RangeError(`${id} comes twice`);
    known.add(id);
  }
  return known;
}

function shuffledBySeed<T>(items: readonly T[]): T[] {
  const random = xoroshiro128plus(7);
  const made = [...items];
  for (let i = made.length - 1; i > 0; i--) {
    const j = uniformInt(random, 0, i);
    [made[i], made[j]] = [made[j], made[i]];
  }
  return made;
}

// as a batch does with ids that were checked in the dataset
function checked(ids: readonly unknown[]): unknown[] {
  for (let i = 0; i < ids.length; i++) if (typeof ids[i] !== "string") throw new TypeError(`no id at ${i}`);
  return [...ids];
}

function index(): Operation[] {
  const { ids } = tableOf(items);
  const dataset = new Dataset(ids, Plain);
  const asked = Array.from(shuffled(items), (i) => ids[i]);
  const half = asked.slice(0, items / 2);
  const known = unique(ids);
  dataset.has("");
  const others = new Dataset(
    ids.map((id) => `other ${id}`),
    Plain,
  );
  const total = (parts: { length: number }[], byHand: { length: number }[]) =>
    assert.deepEqual(
      parts.map(({ length }) => length),
      byHand.map(({ length }) => length),
    );
  // of the same generator, which has no favourites: seeds make the same orders everywhere
  const order = () => shuffledBySeed(ids);
  return [
    {
      name: "new Dataset of strings",
      items,
      nogil: () => new Dataset(ids, Plain),
      loop: () => {
        unique(ids);
        return [...ids];
      },
      check: ({ indices }, byHand) => same(indices, byHand),
    },
    {
      name: "dataset.has each",
      items,
      nogil: () => {
        let sum = 0;
        for (const id of asked) if (dataset.has(id)) sum++;
        return sum;
      },
      loop: () => {
        let sum = 0;
        for (const id of asked) if (known.has(id)) sum++;
        return sum;
      },
      check: assert.equal,
    },
    {
      name: "dataset.batch of half",
      items: items / 2,
      nogil: () => dataset.batch(half),
      loop: () => {
        for (const id of half) if (!known.has(id)) throw new RangeError(`no ${id}`);
        return [...half];
      },
      check: ({ indices }, byHand) => same(indices, byHand),
    },
    {
      name: "dataset.subset of half",
      items: items / 2,
      nogil: () => dataset.subset(half),
      loop: () => {
        for (const id of half) if (!known.has(id)) throw new RangeError(`no ${id}`);
        unique(half);
        return [...half];
      },
      check: ({ indices }, byHand) => same(indices, byHand),
    },
    {
      name: "dataset.filter",
      items,
      nogil: () => dataset.filter((_, i) => i % 2 === 0).indices,
      loop: () => {
        const made = [];
        for (let i = 0; i < items; i++) if (i % 2 === 0) made.push(ids[i]);
        return made;
      },
      check: same,
    },
    {
      name: "dataset.split, shuffled",
      items,
      nogil: () => dataset.split([0.7, 0.3], { shuffle: 7 }),
      loop: () => {
        const made = order();
        return [made.slice(0, items * 0.7), made.slice(items * 0.7)];
      },
      check: total,
    },
    {
      name: "dataset.cvSplit(3)",
      items: 3 * items,
      nogil: () => dataset.cvSplit(3).map(({ train }) => train),
      loop: () => {
        const third = items / 3;
        return [0, 1, 2].map((fold) => {
          ids.slice(fold * third, (fold + 1) * third);
          const made = [];
          for (let i = 0; i < items; i++) if (i < fold * third || i >= (fold + 1) * third) made.push(ids[i]);
          return made;
        });
      },
      check: total,
    },
    {
      name: "dataset.concat",
      items: 2 * items,
      nogil: () => dataset.concat(others),
      loop: () => {
        const made: string[] = [];
        for (const each of [ids, others.indices as string[]]) for (const id of each) made.push(id);
        unique(made);
        return made;
      },
      check: ({ indices }, byHand) => same(indices, byHand),
    },
  ];
}

function handingOut(): Operation[] {
  const { ids } = tableOf(items);
  const dataset = new Dataset(ids, Plain);
  const batchSize = 10_000;
  const counted = async (shuffle: boolean) => {
    let sum = 0;
    for await (using batch of dataset.pipeline().batches({ batchSize, shuffle: shuffle && 7, prefetch: 0 }))
      sum += batch.length;
    return sum;
  };
  const byHand = (given: readonly string[]) => {
    let sum = 0;
    for (let i = 0; i < items; i += batchSize) sum += checked(given.slice(i, i + batchSize)).length;
    return sum;
  };
  const rebatched = 100_000;
  const pieces = Array.from({ length: 10 }, (_, i) => tableOf(rebatched / 10, (i * rebatched) / 10));
  const whole = joinTables(pieces);
  const regrouped = new Dataset(whole.ids, Items)
    .pipeline()
    .do((batch) => {
      const first = Number((batch.indices[0] as string).slice(5));
      const made = batchOf(pieces[first / (rebatched / 10)]);
      return made as never;
    })
    .rebatch(rebatched);
  return [
    {
      name: "batches of a dataset, in order",
      items,
      nogil: () => counted(false),
      loop: () => byHand(ids),
      check: assert.equal,
    },
    {
      name: "batches of a dataset, shuffled",
      items,
      nogil: () => counted(true),
      loop: () => {
        return byHand(shuffledBySeed(ids));
      },
      check: assert.equal,
    },
    {
      name: "rebatch of ten batches, which are made",
      items: rebatched,
      nogil: async () => {
        for await (const batch of regrouped.batches({ batchSize: rebatched / 10, prefetch: 0 })) return batch;
      },
      // ids are checked for repeats, and lengths are handed over in an array
      loop: () =>
        joinTables(
          pieces.map((piece) => {
            unique(piece.ids);
            const { offsets } = piece;
            const lengths = Array.from(piece.ids, (_, i) => offsets[i + 1] - offsets[i]);
            for (const length of lengths) if (!(length >= 0)) throw new TypeError("no length");
            return joinTables([piece]);
          }),
        ),
      check: sameAsTable,
      free: (batch) => batch.dispose(),
    },
  ];
}
