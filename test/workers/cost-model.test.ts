import { expect, test } from "vitest";
import { byWeight, CostModel, cautiously, RecentEntries } from "../../dist/workers/cost-model.js";

test("nothing is known of what was never measured, and no items measure nothing", () => {
  const costs = new CostModel<string>(new Map(), cautiously);
  costs.learn("sum", 0, 5);
  expect(costs.perItem("sum")).toBeUndefined();
  costs.learn("sum", 4, 2);
  expect([costs.perItem("sum"), costs.perItem("other")]).toEqual([0.5, undefined]);
});

test("where whole calls are decided on, more is believed at once and less little by little", () => {
  const costs = new CostModel<string>(new Map(), cautiously);
  costs.learn("sum", 100, 100);
  costs.learn("sum", 1, 8);
  expect(costs.perItem("sum")).toBe(8);
  costs.learn("sum", 1000, 0);
  expect(costs.perItem("sum")).toBe(2);
});

test("where chunks are sized, measurements count by their items, older ones less", () => {
  const costs = new CostModel<string>(new Map(), byWeight);
  costs.learn("sum", 100, 100);
  costs.learn("sum", 30, 230);
  expect(costs.perItem("sum")).toBeCloseTo(3);
});

test("the entries that were set last are kept", () => {
  const entries = new RecentEntries<string, number>(2);
  for (const key of ["a", "b", "a", "c"]) entries.set(key, key.charCodeAt(0));
  expect(["a", "b", "c"].map((key) => entries.get(key))).toEqual([97, undefined, 99]);
});
