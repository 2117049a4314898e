import type { Kernel, KernelModule } from "../kernel.js";
import { isUsers } from "./faults.js";
import { functionRanges } from "./function-ranges.js";
import { readBytes } from "./host.js";
import { codeOf } from "./loader.js";
import type { FaultSite } from "./protocol.js";

/** A place in a kernel's source. */
export interface Location {
  file: string;
  line: number;
}

interface Locator {
  at(offset: number): Location | undefined;
  declarationOf(kernel: string): Location | undefined;
}

const locators = new WeakMap<KernelModule, Promise<Locator>>();

/**
 * Where in the user's source a fault came from: the innermost frame that lies there, by the source map beside the module;
 * where only code of the library is left of a kernel, its declaration.
 * @returns undefined where there is no map
 */
export async function locate(
  { offsets, thrownAt }: FaultSite,
  { module, name }: Kernel,
): Promise<Location | undefined> {
  let locator = locators.get(module);
  if (!locator) {
    locator = makeLocator(module);
    locators.set(module, locator);
  }
  const { at, declarationOf } = await locator;
  let place: Location | undefined;
  for (let i = 0; i < offsets.length && !place; i++) place = at(offsets[i]);
  // what threw tells its line exactly, its file as the compiler named it
  const exact = thrownAt && isUsers(thrownAt.file) ? thrownAt : undefined;
  if (!place) return exact ?? declarationOf(name);
  return exact && place.file.endsWith(exact.file) ? { file: place.file, line: exact.line } : place;
}

async function makeLocator(module: KernelModule): Promise<Locator> {
  const { source } = module;
  if (source instanceof Uint8Array) return unknown;
  const url = new URL(`${source.href}.map`);
  let json: string;
  try {
    json = new TextDecoder().decode(await readBytes(url));
  } catch {
    // errors go without their place where the map was not published
    return unknown;
  }
  const { decodedMappings, TraceMap } = await import("@jridgewell/trace-mapping");
  const map = new TraceMap(json, url.href);
  const [segments = []] = decodedMappings(map);
  const users = segments.flatMap(([column, source, line]) =>
    source === undefined || !isUsers(map.sources[source]!) ? [] : [{ column, source, line: line! + 1 }],
  );
  const functions = functionRanges(await codeOf(module));

  const known = new Map<number, Location | undefined>();
  // a frame in code of the library that was inlined belongs to the user's code before it in the same function
  const find = (offset: number): Location | undefined => {
    const range = functions.find(({ begin, end }) => begin <= offset && offset < end);
    const before = users.findLast(({ column }) => column <= offset);
    if (!range || !before || before.column < range.begin) return undefined;
    return { file: readable(map.resolvedSources[before.source]!), line: before.line };
  };
  const declared = declarationsIn(json);
  return {
    at(offset) {
      if (!known.has(offset)) known.set(offset, find(offset));
      return known.get(offset);
    },
    declarationOf(kernel) {
      const { file, line } = declared[kernel] ?? {};
      const source = file === undefined ? -1 : map.sources.indexOf(file);
      return source < 0 ? undefined : { file: readable(map.resolvedSources[source]!), line: line! };
    },
  };
}

const unknown: Locator = { at: () => undefined, declarationOf: () => undefined };

function declarationsIn(json: string): Record<string, Location | undefined> {
  const map = JSON.parse(json) as { x_nogil?: { declarations?: Record<string, Location> } };
  return map.x_nogil?.declarations ?? {};
}

function readable(file: string): string {
  return file.startsWith("file:") ? decodeURIComponent(new URL(file).pathname) : file;
}
