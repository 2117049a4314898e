import {
  explain,
  type Pools,
  pools,
  type RecordedTrace,
  type Stats,
  stats,
  type TraceFileReport,
  trace,
} from "nogil";
import { expectTypeOf, test } from "vitest";
import { observed } from "../fixtures/observed-batch.js";

const batch = observed(1);

test("explain takes the parallel methods of a batch, with the arguments of the call", () => {
  void explain(batch, "threads", 10);
  void explain(batch, "threads", 10, 3);
  void explain(batch.with({ workers: 1 }), "nogil", { bad: 3 });
  // @ts-expect-error no parallel method
  void explain(batch, "keep");
  // @ts-expect-error no method at all
  void explain(batch, "indices");
  // @ts-expect-error an argument of another type
  void explain(batch, "threads", "ten");
  // @ts-expect-error an argument too many
  void explain(batch, "nogil", { bad: 3 }, 4);
});

test("what a trace gives depends on whether it has a file", () => {
  expectTypeOf(trace("a.json").stop()).toEqualTypeOf<TraceFileReport>();
  expectTypeOf(trace().stop()).toEqualTypeOf<RecordedTrace>();
});

test("statistics and pools are plain data", () => {
  expectTypeOf(stats()).toEqualTypeOf<Stats>();
  expectTypeOf(stats.reset).toEqualTypeOf<() => void>();
  expectTypeOf(pools()).toEqualTypeOf<Pools>();
});
