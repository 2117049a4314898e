import { readBytes, sha256 } from "#host/bytes";
import type { Kernel, KernelModule } from "../../abi/kernel.js";
import type { Location } from "../../abi/source-map.js";
import { parseSourceMap } from "../../abi/source-map.js";
import { isURL } from "../../base/realms.js";
import { codeOf } from "../loader.js";
import type { FaultSite } from "../round-protocol.js";
import { isUsers } from "./faults.js";
import { functionRanges } from "./function-ranges.js";

/** Where a fault came from, and if that is a conversion, to which type, as far as they are known. */
export interface Origin {
  place?: Location;
  converts?: string;
}

interface Locator {
  at(offset: number): Origin;
  declarationOf(kernel: string): Location | undefined;
}

const locators = new WeakMap<KernelModule, Promise<Locator>>();

/**
 * Where in the user's source a fault came from: the innermost frame that lies there, by the source map beside the module;
 * where only code of the library is left of a kernel, its declaration. Nothing is known where there is no map.
 */
export async function locate({ offsets, thrownAt }: FaultSite, { module, name }: Kernel): Promise<Origin> {
  let locator = locators.get(module);
  if (!locator) {
    locator = makeLocator(module);
    locators.set(module, locator);
  }
  const { at, declarationOf } = await locator;
  let { place, converts } = at(offsets[0]);
  for (let i = 1; i < offsets.length && !place; i++) place = at(offsets[i]).place;
  // what threw has its line exactly, its file as the compiler named it
  const exact = thrownAt && isUsers(thrownAt.file) ? thrownAt : undefined;
  if (!place) place = exact ?? declarationOf(name);
  else if (exact && place.file.endsWith(exact.file)) place = { file: place.file, line: exact.line };
  return { place, converts };
}

async function makeLocator(module: KernelModule): Promise<Locator> {
  const { source } = module;
  if (!isURL(source)) return unknown;
  const url = new URL(source.href);
  url.pathname += ".map";
  // errors go without their place where the map was not published
  const bytes = await readBytes(url).catch(() => undefined);
  const found = bytes && (await parseSourceMap(bytes, shortHash));
  // and where it is of another build, which would name wrong lines
  if (found?.x_nogil.description.hash !== module.description.hash) return unknown;
  const { decodedMappings, TraceMap } = await import("@jridgewell/trace-mapping");
  const map = new TraceMap(found, url.href);
  const sources = map.sources.map((source) => decodeURIComponent(source!));
  const [segments = []] = decodedMappings(map);
  const users = segments.flatMap(([column, source, line]) =>
    source === undefined || !isUsers(sources[source]) ? [] : [{ column, source, line: line! + 1 }],
  );
  const functions = functionRanges(await codeOf(module));

  const { declarations, conversions } = found.x_nogil;
  const known = new Map<number, Origin>();
  // a frame in code of the library that was inlined belongs to the user's code before it in the same function
  const find = (offset: number): Location | undefined => {
    const range = functions.find(({ begin, end }) => begin <= offset && offset < end);
    const before = users.findLast(({ column }) => column <= offset);
    if (!range || !before || before.column < range.begin) return undefined;
    return { file: readable(map.resolvedSources[before.source]!), line: before.line };
  };
  const conversionAt = (offset: number): string | undefined => {
    const [, source, line, column] = segments.findLast(([at]) => at <= offset) ?? [];
    return source === undefined ? undefined : conversions[`${sources[source]}:${line! + 1}:${column}`];
  };
  return {
    at(offset) {
      const before = known.get(offset);
      if (before) return before;
      const origin = { place: find(offset), converts: conversionAt(offset) };
      known.set(offset, origin);
      return origin;
    },
    declarationOf(kernel) {
      const { file, line } = declarations[kernel] ?? {};
      const source = file === undefined ? -1 : sources.indexOf(file);
      return source < 0 ? undefined : { file: readable(map.resolvedSources[source]!), line: line! };
    },
  };
}

const shortHash = async (text: string) => (await sha256(new TextEncoder().encode(text))).slice(0, 32);

const unknown: Locator = { at: () => ({}), declarationOf: () => undefined };

/** A source as people name it: the path of a file, which on Windows begins with a drive or with a server's name. */
export function readable(file: string): string {
  if (!file.startsWith("file:")) return file;
  const { host, pathname } = new URL(file);
  const path = decodeURIComponent(pathname);
  return host === "" ? path.replace(/^\/(?=[a-z]:\/)/i, "") : `//${host}${path}`;
}
