/** Bytes of a buffer, from `begin` to before `end`. */
export interface Stretch<Buffer extends object = ArrayBufferLike> {
  readonly buffer: Buffer;
  readonly begin: number;
  readonly end: number;
  /** bytes of the largest element that begins there */
  readonly size: number;
  /** where its copy lies, for who makes one */
  at: number;
}

/** The bytes of a view. */
export interface Viewed<Buffer extends object = ArrayBufferLike> extends Stretch<Buffer> {
  /** what it lies in: bytes that it has in common with others, or itself */
  within: Stretch<Buffer> | undefined;
}

export function bytesOf({ begin, end }: Stretch<object>): number {
  return end - begin;
}

/** Bytes to leave free before a copy, so that elements are aligned, in views that begin in its middle as well. */
export function leadOf({ begin, size }: Stretch<object>): number {
  return begin % size;
}

/** What views cover, each byte once: those of one buffer that overlap or touch are `within` one stretch. */
export function stretchesOf<Buffer extends object>(views: readonly Viewed<Buffer>[]): Stretch<Buffer>[] {
  const byBuffer = new Map<Buffer, Viewed<Buffer> | Viewed<Buffer>[]>();
  let last: Viewed<Buffer>[] | undefined;
  for (const view of views) {
    // most often it is the buffer of the view before
    const known = last?.[0].buffer === view.buffer ? last : byBuffer.get(view.buffer);
    if (known === undefined) {
      byBuffer.set(view.buffer, view);
    } else if (Array.isArray(known)) {
      known.push(view);
      last = known;
    } else {
      byBuffer.set(view.buffer, [known, view]);
    }
  }
  const stretches: Stretch<Buffer>[] = [];
  for (const each of byBuffer.values()) {
    if (Array.isArray(each)) {
      joinInto(stretches, each);
    } else {
      each.within = each;
      stretches.push(each);
    }
  }
  return stretches;
}

function joinInto<Buffer extends object>(stretches: Stretch<Buffer>[], views: Viewed<Buffer>[]): void {
  views.sort((a, b) => a.begin - b.begin);
  let first = 0;
  while (first < views.length) {
    const { buffer, begin } = views[first];
    let { end, size } = views[first];
    let next = first + 1;
    for (; next < views.length && views[next].begin <= end; next++) {
      if (views[next].end > end) end = views[next].end;
      if (views[next].size > size) size = views[next].size;
    }
    const joined = next - first > 1 ? { buffer, begin, end, size, at: 0 } : views[first];
    for (; first < next; first++) views[first].within = joined;
    stretches.push(joined);
  }
}
