import fc from "fast-check";
import { expect, test } from "vitest";
import { invocation, invocationAt, listInvocations, toInvocation } from "../../dist/call/invocation.js";

const value = fc.oneof(
  fc.double(),
  fc.string(),
  fc.constantFrom(null, undefined, true, 7n),
  fc.constant(Float32Array.of(1, 2)),
  fc.date(),
);
const named = fc.record({ a: fc.nat() });
const entry = fc.oneof(
  value,
  fc.array(value, { maxLength: 3 }),
  named,
  fc.tuple(fc.array(value, { maxLength: 2 }), named),
  fc.array(value, { maxLength: 2 }).map((positional) => invocation(positional)),
);
const shapes = [
  value,
  fc.tuple(value),
  fc.tuple(value, value),
  fc.tuple(fc.array(value), named),
  fc.constant([]),
];

test("entries give the same invocations together as each gives alone, whether they have one shape or not", () => {
  const entries = fc.oneof(
    fc.array(entry),
    ...shapes.map((shape) => fc.array(shape as fc.Arbitrary<unknown>)),
  );
  fc.assert(
    fc.property(entries, fc.boolean(), (all, iterable) => {
      const invocations = listInvocations(iterable ? new Set(all).values() : all, "the entries are");
      const expected = (iterable ? [...new Set(all)] : all).map(toInvocation);
      expect(invocations.length).toBe(expected.length);
      expect(expected.map((_, i) => invocationAt(invocations, i))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test("entries that are changed after they were read change nothing", () => {
  const entries = [1, 2, 3];
  const invocations = listInvocations(entries, "the entries are");
  entries[1] = 20;
  expect(invocationAt(invocations, 1).positional).toEqual([2]);
});
