import { countItems, type Range } from "../workers/ranges.js";

export interface ClaimSizes {
  /** gives all claims one size */
  readonly size?: number;
  /** items in a claim, for between two claims other calls get their turn */
  readonly most?: number;
}

const firstClaim = 4;
/** Claims that each worker has at least, for no claim is to occupy a worker for long. */
const leastEach = 16;

/**
 * Cuts ranges of items into claims, which workers take one after another. The first are small, so that V8 has an
 * optimised kernel before it begins a long one: it never replaces a running function. They then double, up to a share of
 * what is left, and shrink towards the end, so that workers finish together though items differ.
 */
export function cutClaims(
  ranges: readonly Range[],
  workers: number,
  { size, most = Number.POSITIVE_INFINITY }: ClaimSizes = {},
): Range[] {
  const claims: Range[] = [];
  let left = countItems(ranges);
  const largest = Math.max(1, Math.min(most, Math.ceil(left / (leastEach * workers))));
  let ramp = firstClaim;
  for (const range of ranges) {
    for (let begin = range.begin; begin < range.end; ) {
      const share = Math.ceil(left / (3 * workers));
      const wanted = size ?? Math.min(ramp, share, largest);
      const end = Math.min(range.end, begin + wanted);
      claims.push({ begin, end });
      left -= end - begin;
      begin = end;
      if (claims.length % workers === 0) ramp *= 2;
    }
  }
  return claims;
}
