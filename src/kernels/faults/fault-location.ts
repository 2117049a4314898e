import { readBytes, readBytesSync, sha256Sync } from "#host/bytes";
import type { Kernel, KernelModule } from "../../abi/kernel.js";
import { type Location, parseSourceMap, segmentsOf } from "../../abi/source-map.js";
import { isURL } from "../../base/realms.js";
import { codeNow, codeOf } from "../loader.js";
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

const locators = new WeakMap<KernelModule, Locator>();

/**
 * Where in the user's source a fault came from: the innermost frame that lies there, by the source map beside the module;
 * where only code of the library is left of a kernel, its declaration. Nothing is known where there is no map.
 */
export async function locate(site: FaultSite, kernel: Kernel): Promise<Origin> {
  await prepareLocating(kernel.module);
  return locateNow(site, kernel);
}

/** Reads what it takes to tell where in a module's source faults come from. */
export async function prepareLocating(module: KernelModule): Promise<void> {
  if (locators.has(module)) return;
  const url = mapOf(module);
  // errors go without their place where the map was not published
  const map = url && (await readBytes(url).catch(() => undefined));
  const code = map && (await codeOf(module));
  if (!locators.has(module)) locators.set(module, code ? makeLocator(module, url!, map, code) : unknown);
}

/** The same as `locate`, as far as it is known at once. */
export function locateNow({ offsets, thrownAt }: FaultSite, { module, name }: Kernel): Origin {
  const { at, declarationOf } = locators.get(module) ?? prepareNow(module);
  let { place, converts } = at(offsets[0]);
  for (let i = 1; i < offsets.length && !place; i++) place = at(offsets[i]).place;
  // what threw has its line exactly, its file as the compiler named it
  const exact = thrownAt && isUsers(thrownAt.file) ? thrownAt : undefined;
  if (!place) place = exact ?? declarationOf(name);
  else if (exact && place.file.endsWith(exact.file)) place = { file: place.file, line: exact.line };
  return { place, converts };
}

function prepareNow(module: KernelModule): Locator {
  const url = mapOf(module);
  let map: Uint8Array | undefined;
  try {
    map = url && readBytesSync(url);
    // it has to be fetched, as `prepareLocating` does
    if (url && !map) return unknown;
  } catch {
    // as above
  }
  const code = map && codeNow(module);
  const locator = code ? makeLocator(module, url!, map!, code) : unknown;
  locators.set(module, locator);
  return locator;
}

function mapOf({ source }: KernelModule): URL | undefined {
  if (!isURL(source) || source.protocol === "data:") return undefined;
  const url = new URL(source.href);
  url.pathname += ".map";
  return url;
}

function makeLocator(module: KernelModule, url: URL, bytes: Uint8Array, code: Uint8Array): Locator {
  const map = parseSourceMap(bytes, shortHash);
  // and where it is of another build, which would name wrong lines
  if (map?.x_nogil.description.hash !== module.description.hash) return unknown;
  const sources = map.sources.map((source) => decodeURIComponent(source));
  const fileOf = (source: number) =>
    readable(new URL(`${map.sourceRoot ? `${map.sourceRoot}/` : ""}${map.sources[source]}`, url).href);
  const segments = segmentsOf(map);
  const users = segments.flatMap(({ offset, source, line }) =>
    source === undefined || !isUsers(sources[source]) ? [] : [{ offset, source, line: line + 1 }],
  );
  const functions = functionRanges(code);

  const { declarations, conversions } = map.x_nogil;
  const known = new Map<number, Origin>();
  // a frame in code of the library that was inlined belongs to the user's code before it in the same function
  const find = (at: number): Location | undefined => {
    const range = functions.find(({ begin, end }) => begin <= at && at < end);
    const before = users.findLast(({ offset }) => offset <= at);
    if (!range || !before || before.offset < range.begin) return undefined;
    return { file: fileOf(before.source), line: before.line };
  };
  const conversionAt = (at: number): string | undefined => {
    const { source, line, column } = segments.findLast(({ offset }) => offset <= at) ?? {};
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
      return source < 0 ? undefined : { file: fileOf(source), line: line! };
    },
  };
}

const shortHash = (text: string) => sha256Sync(new TextEncoder().encode(text)).slice(0, 32);

const unknown: Locator = { at: () => ({}), declarationOf: () => undefined };

/** A source as people name it: the path of a file, which on Windows begins with a drive or with a server's name. */
export function readable(file: string): string {
  if (!file.startsWith("file:")) return file;
  const { host, pathname } = new URL(file);
  const path = decodeURIComponent(pathname);
  return host === "" ? path.replace(/^\/(?=[a-z]:\/)/i, "") : `//${host}${path}`;
}
