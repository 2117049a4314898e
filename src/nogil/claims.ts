/** Items from `begin` up to `end`. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

const firstClaim = 4;

/**
 * Cuts ranges of items into claims, which workers take one after another. The first are small, so that V8 has an
 * optimised kernel before it begins a long one: it never replaces a running function. They then double, up to a share of
 * what is left, and shrink towards the end, so that workers finish together though items differ.
 *
 * @param size gives all claims one size instead
 */
export function cutClaims(ranges: readonly Range[], workers: number, size?: number): Range[] {
  const claims: Range[] = [];
  let left = ranges.reduce((sum, { begin, end }) => sum + end - begin, 0);
  let ramp = firstClaim;
  for (const range of ranges) {
    for (let begin = range.begin; begin < range.end; ) {
      const share = Math.ceil(left / (3 * workers));
      const wanted = size ?? Math.min(ramp, share);
      const end = Math.min(range.end, begin + wanted);
      claims.push({ begin, end });
      left -= end - begin;
      begin = end;
      if (claims.length % workers === 0) ramp *= 2;
    }
  }
  return claims;
}
