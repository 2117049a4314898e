import fc from "fast-check";

interface Common {
  /** which of the columns, or threads, there are */
  readonly which: number;
  readonly items: number;
  readonly size: number;
  /** milliseconds until the next step */
  readonly wait: number;
}

export type CallStep = Common & {
  readonly do: "call";
  readonly kernel: "rise" | "total" | "repeat" | "picky" | "stuck";
  readonly by: number;
  /** what an item costs */
  readonly steps: number;
  readonly workers: number;
  /** 0: as the engine likes */
  readonly chunkSize: number;
  readonly ending: "none" | "signal" | "deadline";
  /** milliseconds until it ends */
  readonly after: number;
};

export type Step =
  | CallStep
  | (Common & { readonly do: "dense" | "ragged" | "subset" | "kill" | "dispose" | "drop" | "collect" });

const common = {
  which: fc.nat(1000),
  items: fc.integer({ min: 1, max: 200 }),
  size: fc.nat(60),
  wait: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(4) }),
};

const call = fc.record({
  ...common,
  do: fc.constant("call" as const),
  kernel: fc.constantFrom("rise", "rise", "total", "repeat", "repeat", "picky"),
  by: fc.nat(3),
  steps: fc.constantFrom(1, 1000, 20_000),
  workers: fc.constantFrom(1, 2, 2, 3),
  chunkSize: fc.constantFrom(0, 0, 1, 7),
  ending: fc.constantFrom("none", "none", "signal", "deadline"),
  after: fc.nat(6),
}) as fc.Arbitrary<CallStep>;

// rare, since each takes its time
const endless = call.map((step): CallStep => ({ ...step, kernel: "stuck", steps: 1, ending: "none" }));

const make = fc.record({ ...common, do: fc.constantFrom("dense" as const, "ragged" as const) });
const disturb = fc.record({
  ...common,
  do: fc.constantFrom(
    "subset" as const,
    "kill" as const,
    "dispose" as const,
    "drop" as const,
    "collect" as const,
  ),
});

/** What happens, one after another, while calls run. */
export const steps: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.array(make, { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.oneof(
        { weight: 12, arbitrary: call },
        { weight: 1, arbitrary: endless },
        { weight: 4, arbitrary: make },
        { weight: 7, arbitrary: disturb },
      ),
      { minLength: 5, maxLength: 60 },
    ),
  )
  .map(([first, rest]) => [...first, ...rest]);
