/** Bytes of a buffer that a view covers, from `begin` to before `end`. */
export interface Viewed<Buffer extends object = ArrayBufferLike> {
  readonly buffer: Buffer;
  readonly begin: number;
  readonly end: number;
  /** bytes of an element */
  readonly size: number;
}

/** Bytes of one buffer that views cover without a gap. */
export interface Stretch<View extends Viewed<object>> extends Viewed<View["buffer"]> {
  /** bytes of the largest element */
  readonly size: number;
  /** in the order in which they begin */
  readonly views: readonly View[];
}

/** What views cover, each byte once: those of one buffer that overlap or touch are in one stretch. */
export function stretchesOf<View extends Viewed<object>>(views: Iterable<View>): Stretch<View>[] {
  const byBuffer = new Map<object, View | View[]>();
  for (const view of views) {
    const known = byBuffer.get(view.buffer);
    if (known === undefined) byBuffer.set(view.buffer, view);
    else if (Array.isArray(known)) known.push(view);
    else byBuffer.set(view.buffer, [known, view]);
  }
  const stretches: Stretch<View>[] = [];
  for (const each of byBuffer.values()) {
    if (Array.isArray(each)) joinInto(stretches, each);
    else stretches.push(over([each], each.end, each.size));
  }
  return stretches;
}

function joinInto<View extends Viewed<object>>(stretches: Stretch<View>[], views: View[]): void {
  views.sort((a, b) => a.begin - b.begin);
  let joined: View[] = [];
  let end = -1;
  let size = 1;
  for (const view of views) {
    if (view.begin > end) {
      if (joined.length > 0) stretches.push(over(joined, end, size));
      joined = [];
      size = 1;
    }
    joined.push(view);
    end = Math.max(end, view.end);
    size = Math.max(size, view.size);
  }
  stretches.push(over(joined, end, size));
}

function over<View extends Viewed<object>>(views: View[], end: number, size: number): Stretch<View> {
  const [{ buffer, begin }] = views;
  return { buffer, begin, end, size, views };
}
