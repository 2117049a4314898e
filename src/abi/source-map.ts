import type { EncodedSourceMap } from "@jridgewell/trace-mapping";
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
export interface SourceMap<X extends Extras = Extras> extends EncodedSourceMap {
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
export async function parseSourceMap<X extends Extras>(
  bytes: Uint8Array,
  hash: (text: string) => Promise<string> | string,
): Promise<SourceMap<X> | undefined> {
  let map: SourceMap<X> | null;
  try {
    map = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof map?.x_check !== "string" || !map.x_nogil) return undefined;
  return (await hash(checkedText(map))) === map.x_check ? map : undefined;
}
