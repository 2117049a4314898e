import { shownValue } from "../base/option-names.js";

/** Sizes of parts that together have `length` items, each within one item of its share. */
export function sizesOf(length: number, shares: readonly number[]): number[] {
  checkShares(shares);
  let sum = 0;
  let before = 0;
  return shares.map((share, i) => {
    sum += share;
    const end = i === shares.length - 1 ? length : Math.min(length, Math.round(length * sum));
    const size = end - before;
    before = end;
    return size;
  });
}

function checkShares(shares: unknown): void {
  const expected = "split() takes shares, each more than 0 and together 1, such as [0.7, 0.2, 0.1]";
  if (!Array.isArray(shares)) throw new RangeError(`${expected}, got ${shownValue(shares)}.`);
  if (shares.length === 0) throw new RangeError(`${expected}, got none.`);
  const odd = shares.findIndex((share) => !(typeof share === "number" && share > 0 && share <= 1));
  if (odd >= 0) throw new RangeError(`${expected}, got ${shownValue(shares[odd])} at position ${odd}.`);
  const sum = shares.reduce((total, share) => total + share, 0);
  // fractions such as these are not exact: 0.7 + 0.2 + 0.1 is a little less than 1
  if (Math.abs(sum - 1) > 1e-9) {
    throw new RangeError(
      `The shares of split() are 1 together, got ${shares.join(" + ")} = ${Number(sum.toPrecision(6))}: name the share of every item.`,
    );
  }
}

/** Parts of these sizes, one after another. */
export function partsOf<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  let at = 0;
  return sizes.map((size) => {
    at += size;
    return items.slice(at - size, at);
  });
}
