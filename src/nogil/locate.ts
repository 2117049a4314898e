import type { KernelModule } from "../kernel.js";
import { functionRanges } from "./function-ranges.js";
import { readBytes } from "./host.js";
import { codeOf } from "./loader.js";
import type { Fault } from "./protocol.js";

/** A place in a kernel's source. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

type Locate = (offset: number) => Location | undefined;

const locators = new WeakMap<KernelModule, Promise<Locate>>();

/**
 * Where in the user's source a fault came from: the innermost frame that lies there, by the source map beside the module.
 * @returns undefined where there is no map
 */
export async function locate(
  { offsets, thrownAt }: Fault,
  module: KernelModule,
): Promise<Location | undefined> {
  let locator = locators.get(module);
  if (!locator) {
    locator = makeLocator(module);
    locators.set(module, locator);
  }
  const find = await locator;
  let place: Location | undefined;
  for (let i = 0; i < offsets.length && !place; i++) place = find(offsets[i]);
  // what threw tells its line exactly, its file as the compiler named it
  const exact = thrownAt && isUsers(thrownAt.file) ? thrownAt : undefined;
  if (!place) return exact;
  return exact && place.file.endsWith(exact.file) ? { file: place.file, line: exact.line } : place;
}

async function makeLocator(module: KernelModule): Promise<Locate> {
  const { source } = module;
  if (source instanceof Uint8Array) return () => undefined;
  const url = new URL(`${source.href}.map`);
  let json: string;
  try {
    json = new TextDecoder().decode(await readBytes(url));
  } catch {
    // errors go without their place where the map was not published
    return () => undefined;
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
  const find: Locate = (offset) => {
    const range = functions.find(({ begin, end }) => begin <= offset && offset < end);
    const before = users.findLast(({ column }) => column <= offset);
    if (!range || !before || before.column < range.begin) return undefined;
    return { file: readable(map.resolvedSources[before.source]!), line: before.line };
  };
  return (offset) => {
    if (!known.has(offset)) known.set(offset, find(offset));
    return known.get(offset);
  };
}

function isUsers(file: string): boolean {
  return !file.includes("~lib/");
}

function readable(file: string): string {
  return file.startsWith("file:") ? decodeURIComponent(new URL(file).pathname) : file;
}
