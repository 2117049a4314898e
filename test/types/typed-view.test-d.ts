import {
  action,
  Batch,
  columns,
  Dataset,
  type Dense,
  type Item,
  inbatchParallel,
  into,
  type Kernel,
  type Parallel,
  parallel,
  partial,
  type Ragged,
  type Results,
  rows,
  run,
} from "nogil";
import { expectTypeOf, test } from "vitest";

declare const standardize: Kernel<[x: Float32Array], void>;
declare const findBeats: Kernel<[x: Float32Array, refractory?: number], Float32Array>;
declare const wide: Kernel<[x: Float64Array], void>;

interface Parts {
  signal: Ragged<"f32">;
  beats: Ragged<"f32">;
  rate: Dense<"f64">;
  label: string[];
}

class EcgBatch extends Batch<Parts, string> {
  static override module = import.meta.url;

  @action
  @inbatchParallel({ init: rows("signal"), target: "nogil" })
  standardize() {
    return standardize;
  }

  @action
  @inbatchParallel({ init: rows("signal"), post: into("beats"), target: "nogil" })
  findBeats({ refractory = 0.25 } = {}) {
    return partial(findBeats, { refractory });
  }

  @action
  @inbatchParallel({ init: "indices", post: "collect", target: "threads", strict: true })
  classify(id: Item<string>, threshold: number) {
    return id.length > threshold ? "N" : "A";
  }

  @inbatchParallel({ init: "pairs" })
  named(id: Item<string>, named: { left: Item<number>; right: number }) {
    return id.length + named.left + named.right;
  }

  @inbatchParallel({ init: "pairs" })
  onlyItems(named: { left: Item<number> }) {
    return named.left;
  }

  @action
  async load({ dir }: { dir: string }) {
    return dir ? this : this;
  }

  @action
  other(): OtherBatch {
    return new OtherBatch(1);
  }

  pairs() {
    return this.indices.map((id) => [[id], { left: 1 }]);
  }

  async composite() {
    await parallel(this).standardize();
    return this;
  }

  plain(x: number) {
    return x + 1;
  }

  collect(results: Results<string>, _threshold: number, { strict }: { strict: boolean }) {
    return strict && results.length > 0 ? this : this;
  }
}

class OtherBatch extends Batch<{ x: Dense<"f64"> }, number> {
  @action
  grow() {
    return this;
  }
}

test("items are stripped and calls give a promise of the batch", () => {
  type P = Parallel<EcgBatch>;
  expectTypeOf<P["standardize"]>().toEqualTypeOf<() => Promise<P>>();
  expectTypeOf<Parameters<P["findBeats"]>>().toEqualTypeOf<[{ refractory?: number }?]>();
  expectTypeOf<P["classify"]>().toEqualTypeOf<(threshold: number) => Promise<P>>();
  expectTypeOf<P["plain"]>().toEqualTypeOf<(x: number) => number>();
  expectTypeOf<Parameters<P["named"]>>().toEqualTypeOf<[{ right: number }]>();
  expectTypeOf<Parameters<P["onlyItems"]>>().toEqualTypeOf<[]>();
  expectTypeOf<ReturnType<P["composite"]>>().toEqualTypeOf<Promise<P>>();
});

test("from hands out the typed view and knows the components", () => {
  const batch = EcgBatch.from(["a"], { signal: [new Float32Array(3)], label: ["N"] });
  expectTypeOf(batch).toEqualTypeOf<Parallel<EcgBatch>>();
  expectTypeOf(batch.data.signal.at(0)).toEqualTypeOf<Float32Array>();
  expectTypeOf(batch.data.rate.at(0)).toEqualTypeOf<number>();
  expectTypeOf(batch.at("a").label).toEqualTypeOf<string>();
  expectTypeOf(batch.with({ target: "for" }).classify(1)).toEqualTypeOf<Promise<Parallel<EcgBatch>>>();
  // @ts-expect-error components have their dtype
  EcgBatch.from(["a"], { signal: [new Float64Array(3)] });
  // @ts-expect-error no such target
  batch.with({ target: "gpu" });
  // @ts-expect-error the threshold is a number
  batch.classify("high");
});

test("names of inits, posts and components are checked", () => {
  class Wrong extends Batch<Parts, string> {
    // @ts-expect-error there is no such init
    @inbatchParallel({ init: "indexes" })
    a(_id: Item<string>) {}

    // @ts-expect-error there is no such post
    @inbatchParallel({ init: "indices", post: "colect" })
    b(_id: Item<string>) {}

    // @ts-expect-error there is no such component
    @inbatchParallel({ init: rows("signals"), target: "nogil" })
    c() {
      return standardize;
    }

    // @ts-expect-error there is no such component
    @inbatchParallel({ init: rows("signal"), post: into("beat"), target: "nogil" })
    d() {
      return findBeats;
    }

    // @ts-expect-error rows of f32 are no rows of f64
    @inbatchParallel({ init: rows("signal"), target: "nogil" })
    e() {
      return wide;
    }

    // whole columns are not rows of items
    @inbatchParallel({ init: columns("rate"), target: "nogil" })
    f() {
      return wide;
    }

    // @ts-expect-error no such target
    @inbatchParallel({ init: "indices", target: "cuda" })
    g(_id: Item<string>) {}
  }
  expectTypeOf<Wrong>().toExtend<Batch<Parts, string>>();
});

test("pipelines chain actions, follow their batch, and refuse wrong arguments", () => {
  const pipeline = new Dataset(["a"], EcgBatch).pipeline();
  const typed = () => {
    const chained = pipeline.load({ dir: "x" }).standardize().findBeats({ refractory: 0.3 }).classify(0.4);
    expectTypeOf(chained.batches({ batchSize: 1 })).toExtend<AsyncGenerator<Parallel<EcgBatch>>>();
    expectTypeOf(pipeline.other().grow().batches({ batchSize: 1 })).toExtend<
      AsyncGenerator<Parallel<OtherBatch>>
    >();
    // @ts-expect-error a string is no threshold
    pipeline.classify("x");
    // @ts-expect-error plain methods are no steps
    pipeline.plain(1);
    // @ts-expect-error posts are no steps
    pipeline.collect();
  };
  expectTypeOf(typed).toBeFunction();
});

test("the form without decorators is exactly typed", () => {
  class Plain extends Batch<Parts, string> {
    lengths = inbatchParallel(
      { init: "indices", post: "sum" },
      function (this: Plain, id: Item<string>, extra: number) {
        return id.length + extra;
      },
    );
    count = inbatchParallel(
      { init: rows("rate"), post: (results: Results<number>) => results.length },
      (rate: Item<number>) => rate,
    );
    sum(results: Results<number>) {
      return results.length;
    }
  }
  const typed = async () => {
    const batch = Plain.from(["a"]);
    expectTypeOf(batch.lengths).parameters.toEqualTypeOf<[extra: number]>();
    expectTypeOf(await batch.lengths(2)).toEqualTypeOf<number>();
    expectTypeOf(await batch.count()).toEqualTypeOf<number>();
  };
  expectTypeOf(typed).toBeFunction();
});

test("run gives typed results", () => {
  const typed = async () => {
    expectTypeOf(await run(findBeats, [new Float32Array(1)])).toEqualTypeOf<Results<Float32Array>>();
    expectTypeOf(await run(async (x: number) => String(x), [1], { target: "for" })).toEqualTypeOf<
      Results<string>
    >();
  };
  expectTypeOf(typed).toBeFunction();
});

test("parts of a batch and batches together keep the typed view", () => {
  const typed = () => {
    const batch = EcgBatch.from(["a", "b"]);
    expectTypeOf(batch.subset(["a"])).toEqualTypeOf<Parallel<EcgBatch>>();
    expectTypeOf(batch.subset({ positions: [0] }).classify(1)).toEqualTypeOf<Promise<Parallel<EcgBatch>>>();
    expectTypeOf(batch.split(2)).toEqualTypeOf<Parallel<EcgBatch>[]>();
    expectTypeOf(EcgBatch.concat(batch.split([1, 1]))).toEqualTypeOf<Parallel<EcgBatch>>();
    expectTypeOf(EcgBatch.concat([new EcgBatch(["a"])])).toEqualTypeOf<Parallel<EcgBatch>>();
    // @ts-expect-error ids of this batch are strings
    batch.subset([1]);
    // @ts-expect-error batches of another class
    EcgBatch.concat([new OtherBatch(1)]);
  };
  expectTypeOf(typed).toBeFunction();
});

test("a batch whose components are of any type can be set", () => {
  class Loose extends Batch<any, any> {}
  const typed = () =>
    Loose.from(2)
      .set({ x: [1, 2] })
      .allocate("y", { dtype: "u8" });
  expectTypeOf(typed).toBeFunction();
});

test("an item of a type that is not known is marked by unknown", () => {
  class Unknown extends Batch<Record<string, any>, string> {
    @action
    @inbatchParallel({ init: "indices", target: "for" })
    measure(id: Item<unknown>, scale: number) {
      return String(id).length * scale;
    }
  }
  const typed = (batch: Parallel<Unknown>) => {
    expectTypeOf(batch.measure).parameters.toEqualTypeOf<[scale: number]>();
    // @ts-expect-error the item is not the caller's
    batch.measure("a", 2);
  };
  expectTypeOf(typed).toBeFunction();
});
