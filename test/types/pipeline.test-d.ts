import {
  action,
  Batch,
  Dataset,
  type Dense,
  type Fold,
  type Item,
  inbatchParallel,
  lazy,
  type Parallel,
  type Pipeline,
  pipeline,
  type Template,
} from "nogil";
import { expectTypeOf, test } from "vitest";

class Ecg extends Batch<{ rate: Dense<"f64"> }, string> {
  @action
  async load({ dir, gain = 1 }: { dir: string; gain?: number }) {
    return dir && gain ? this : this;
  }

  @action
  @inbatchParallel({ init: "indices", target: "threads" })
  classify(id: Item<string>, threshold: number, { strict = false } = {}) {
    return id.length > threshold && strict;
  }

  @action
  summary(): Summary {
    return new Summary(1);
  }
}

class Summary extends Batch<{ mean: Dense<"f64"> }, number> {
  @action
  round(digits: number) {
    return digits > 0 ? this : this;
  }
}

const dataset = new Dataset(["a", "b"], Ecg);

test("a dataset knows the ids of its items", () => {
  const typed = async () => {
    expectTypeOf(dataset.indices).toEqualTypeOf<readonly string[]>();
    expectTypeOf([...dataset]).toEqualTypeOf<string[]>();
    expectTypeOf(new Dataset(3, Summary).indices).toEqualTypeOf<readonly number[]>();
    expectTypeOf(new Dataset(3, Batch).indices).toEqualTypeOf<readonly (string | number)[]>();
    expectTypeOf(await Dataset.fromFiles("*.hea", Ecg)).toEqualTypeOf<Dataset<Ecg>>();
    expectTypeOf(dataset.batch(["a"])).toEqualTypeOf<Parallel<Ecg>>();
    // @ts-expect-error its ids are strings
    new Dataset([1, 2], Ecg);
    // @ts-expect-error a number of items has numbers as ids
    new Dataset(2, Ecg);
    // @ts-expect-error files have strings as ids
    await Dataset.fromFiles("*.hea", Summary);
    // @ts-expect-error its ids are strings
    dataset.subset([1]);
  };
  expectTypeOf(typed).toBeFunction();
});

test("a dataset is divided into as many as there are shares", () => {
  const typed = () => {
    expectTypeOf(dataset.split([0.7, 0.2, 0.1])).toEqualTypeOf<[Dataset<Ecg>, Dataset<Ecg>, Dataset<Ecg>]>();
    const shares: number[] = [0.5, 0.5];
    expectTypeOf(dataset.split(shares)).toEqualTypeOf<Dataset<Ecg>[]>();
    expectTypeOf(dataset.cvSplit(2)).toEqualTypeOf<Fold<Ecg>[]>();
  };
  expectTypeOf(typed).toBeFunction();
});

test("lazy arguments know the batch, and have the argument's type", () => {
  const typed = () => {
    const job = dataset.pipeline();
    job.load({ dir: lazy((batch) => batch.indices[0]) }).classify(lazy((batch) => batch.data.rate.at(0)));
    job.load(lazy(async (batch) => ({ dir: batch.indices[0].toUpperCase() })));
    job.classify(1, { strict: lazy((batch, { iteration }) => batch.length > iteration) });
    job.variable("limit", 1).classify(lazy((_, { variables }) => variables.limit));
    // @ts-expect-error the threshold is a number
    job.classify(lazy(() => "high"));
    // @ts-expect-error the folder is a string
    job.load({ dir: lazy((batch) => batch.length) });
    // @ts-expect-error there is no such argument
    job.load({ dir: "x", gian: 2 });
    // @ts-expect-error the item is not the caller's
    job.classify("a", 1);
  };
  expectTypeOf(typed).toBeFunction();
});

test("variables have types, in functions and in the report", () => {
  const typed = async () => {
    const job = dataset
      .pipeline()
      .variable("count", 0)
      .append("firsts", (batch) => batch.indices[0])
      .append("sizes", async (batch) => batch.length)
      .update(
        "count",
        (batch) => batch.length,
        (sum, length) => sum + length,
      )
      .update("count", async (batch, { variables }) => variables.count + batch.length);
    const { variables } = await job.run({ batchSize: 1 });
    expectTypeOf(variables.count).toEqualTypeOf<number>();
    expectTypeOf(variables.firsts).toEqualTypeOf<string[]>();
    expectTypeOf(variables.sizes).toEqualTypeOf<number[]>();
    expectTypeOf(job.batches({ batchSize: 1 }).variables.count).toEqualTypeOf<number>();
    // @ts-expect-error there is no such variable
    job.update("cuont", () => 1);
    // @ts-expect-error a number is no array
    job.append("count", () => 1);
    // @ts-expect-error the variable is a number
    job.update("count", () => "many");
    // @ts-expect-error there is no such variable
    variables.other;
  };
  expectTypeOf(typed).toBeFunction();
});

test("functions know the batch, and decide which one goes on", () => {
  const typed = () => {
    const same = dataset.pipeline().do((batch) => void expectTypeOf(batch).toEqualTypeOf<Parallel<Ecg>>());
    expectTypeOf(same.batches({ batchSize: 1 }).next()).resolves.toExtend<
      IteratorResult<Parallel<Ecg>, undefined>
    >();
    const other = dataset.pipeline().do(async () => new Summary(3));
    expectTypeOf(other.nextBatch({ batchSize: 1 })).resolves.toEqualTypeOf<Parallel<Summary> | undefined>();
    other.round(2);
    // @ts-expect-error the actions are those of the other class
    other.load({ dir: "x" });
  };
  expectTypeOf(typed).toBeFunction();
});

test("templates fit the batches before them and the dataset they are put on", () => {
  const typed = () => {
    const prepare = pipeline(Ecg).load({ dir: "x" });
    expectTypeOf(prepare).toEqualTypeOf<Template<Ecg>>();
    const summarise = pipeline(Ecg)
      .append("ids", (batch) => batch.indices)
      .summary();
    const finish = pipeline(Summary).round(2);
    const job = dataset.pipeline().concat(prepare).concat(summarise).concat(finish);
    expectTypeOf(job.nextBatch({ batchSize: 1 })).resolves.toEqualTypeOf<Parallel<Summary> | undefined>();
    expectTypeOf(job.run({ batchSize: 1 }))
      .resolves.toHaveProperty("variables")
      .toExtend<{ ids: (readonly string[])[] }>();
    expectTypeOf(prepare.on(dataset)).toEqualTypeOf<Pipeline<Ecg>>();
    summarise.concat(finish).on(dataset).run({ batchSize: 1 });
    // @ts-expect-error its batches are no summaries
    dataset.pipeline().concat(finish);
    // @ts-expect-error the dataset is one of recordings
    finish.on(dataset);
    // @ts-expect-error a template has no dataset to run on
    prepare.run({ batchSize: 1 });
    // @ts-expect-error there is no such option
    dataset.pipeline().run({ batchSize: 1, prefech: 2 });
  };
  expectTypeOf(typed).toBeFunction();
});
