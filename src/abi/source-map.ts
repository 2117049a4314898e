import type { ModuleDescription } from "./kernel.js";

/** A place in a source. */
export interface Location {
  file: string;
  line: number;
}

/** What `nogil build` knows of a module besides its code and its lines. */
export interface Extras {
  readonly description: ModuleDescription;
  /** where kernels are declared */
  readonly declarations: Readonly<Record<string, Location | undefined>>;
  /** what conversions that may trap convert to, by place */
  readonly conversions: Readonly<Record<string, string | undefined>>;
}

/** What `nogil build` writes beside a module. */
export interface SourceMap<X extends Extras = Extras> {
  readonly version: 3;
  readonly sourceRoot?: string;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
  readonly x_nogil: X;
  /** hash of what is read of the rest */
  readonly x_check: string;
}

/** What the check of a map is the hash of. */
export function checkedText({
  version,
  mappings,
  names,
  sources,
  sourceRoot,
  x_nogil,
}: object & Partial<SourceMap>) {
  return JSON.stringify([version, mappings, names, sources, sourceRoot, x_nogil]);
}

/**
 * A map as it was written; undefined for bytes that are not such a map, or were damaged: it would tell wrong lines.
 * @param hash as long as the check that was written
 */
export function parseSourceMap<X extends Extras>(
  bytes: Uint8Array,
  hash: (text: string) => string,
): SourceMap<X> | undefined {
  let map: SourceMap<X> | null;
  try {
    map = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof map?.x_check !== "string" || !map.x_nogil) return undefined;
  return hash(checkedText(map)) === map.x_check ? map : undefined;
}

/** Where the code from an offset on comes from; without a source, from nowhere. Lines and columns begin at 0. */
export interface Segment {
  readonly offset: number;
  readonly source?: number;
  readonly line: number;
  readonly column: number;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const digitValues = new Map(Array.from(digits, (digit, value) => [digit.charCodeAt(0), value]));

/** The segments of a map of WebAssembly, which has one line, in the order of their offsets. */
export function segmentsOf({ mappings }: Pick<SourceMap, "mappings">): Segment[] {
  const segments: Segment[] = [];
  let [offset, source, line, column] = [0, 0, 0, 0];
  for (const text of mappings.split(";", 1)[0].split(",")) {
    const [byOffset, bySource, byLine = 0, byColumn = 0] = differencesIn(text);
    if (byOffset === undefined) continue;
    offset += byOffset;
    source += bySource ?? 0;
    line += byLine;
    column += byColumn;
    segments.push({ offset, source: bySource === undefined ? undefined : source, line, column });
  }
  return segments.sort((a, b) => a.offset - b.offset);
}

// five bits a digit, the lowest first; the sixth says that more follow, the lowest of all is the sign
function differencesIn(text: string): number[] {
  const differences: number[] = [];
  let bits = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = digitValues.get(text.charCodeAt(i)) ?? 0;
    bits |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    differences.push(bits & 1 ? -(bits >>> 1) : bits >>> 1);
    bits = shift = 0;
  }
  return differences;
}
