import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainEntry } from "./addressing/main-entry.js";
import { look, type Place, type Script } from "./addressing/scripts.js";
import type { Exports } from "./codec/error-class.js";
import {
  type ClassAddress,
  classAt,
  type ErrorClass,
  functionsIn,
  idOf,
  isErrorClass,
  nameOf,
} from "./codec/error-class.js";
import type { ErrorParcel } from "./codec/errors.js";

// milliseconds for which a module is waited for that has not finished running: it may wait for the very call
const patience = { work: 5000, loaded: 2000 };

const late = Symbol("late");

const found = new Map<string, ErrorClass>();
const namespaces = new Map<string, Promise<Exports | undefined>>();
const unfinished = new Set<string>();
const warned = new Set<string>();

/**
 * Finds the classes of a call's errors: among what the module of the work exports here, what the module exports that made
 * them, and what else this thread has loaded. No other module is loaded for it.
 */
export class ErrorClasses {
  readonly #absent = new Set<string>();
  #exports: Promise<Exports | undefined | typeof late> | undefined;

  /** @param importWork gives what the module of the work exports here, if it is the one that the program has */
  constructor(
    private readonly label: string,
    private readonly importWork: () => Promise<Exports | undefined>,
  ) {}

  /** Makes errors of parcels, each of the nearest class that this thread has. */
  async open(parcels: readonly ErrorParcel[]): Promise<Error[]> {
    const classes = parcels.flatMap((parcel) => parcel.classes);
    if (classes.length === 0) return parcels.map((parcel) => parcel.open());
    this.#exports ??= within(patience.work, this.importWork());
    const arrived = await this.#exports;
    const exports = arrived === late ? undefined : arrived;
    const wanted = new Map<string, ClassAddress>();
    for (const address of classes.flatMap(upTo((each) => exports && classAt(each, exports)))) {
      const id = idOf(address);
      // where the program has another instance of the module, as under a test runner, it has other classes, too
      if (!exports && !isInPackage(address)) {
        if (arrived === late) this.#miss(id, address, "whose module has not finished running in the program");
        continue;
      }
      if (!found.has(id) && !this.#absent.has(id)) wanted.set(id, address);
    }
    await search([...wanted.values()]);
    for (const [id, address] of wanted) if (!found.has(id)) this.#miss(id, address, whyAbsent(address));
    return parcels.map((parcel) => parcel.open(exports, found));
  }

  #miss(id: string, { name, place }: ClassAddress, why: string): void {
    this.#absent.add(id);
    if (warned.has(id)) return;
    warned.add(id);
    const what = `the class ${name || "without a name"}${place ? ` of ${place.url}` : ""}`;
    process.emitWarning(
      `${this.label}: an item failed with an error of ${what}, ${why}. ` +
        "Such errors arrive with their names, messages and properties, but of the nearest class that is known. " +
        "Export the class, and import its module where you tell errors apart.",
      { type: "NogilWarning", code: "NOGIL_ERROR_CLASS" },
    );
  }
}

function whyAbsent({ place }: ClassAddress): string {
  return place
    ? "which the program has not imported, or no module exports"
    : "of which nobody can tell where it was made: by code made at run time, or Node's inspector is not allowed";
}

function isInPackage({ place }: ClassAddress): boolean {
  return place?.url.includes("/node_modules/") ?? false;
}

function upTo<T>(isLast: (value: T) => unknown): (values: readonly T[]) => readonly T[] {
  return (values) => {
    const end = values.findIndex(isLast);
    return end < 0 ? values : values.slice(0, end);
  };
}

async function search(addresses: readonly ClassAddress[]): Promise<void> {
  const wanted = addresses.filter(({ place }) => place);
  if (wanted.length === 0) return;
  const { scripts } = look([]);
  const urls = new Set(wanted.map(({ place }) => place!.url));
  await load([...scripts.values()].filter(({ url }) => urls.has(url)));
  match(wanted, scripts, ({ place }) => [place!.url]);
  const left = wanted.filter((address) => !found.has(idOf(address)));
  if (left.length === 0) return;
  // made by a function of another module than the one that exports it
  // the program's main module often waits for this call, and no worker imports it
  await load([...scripts.values()].filter(({ url }) => url.startsWith("file:") && !isMainEntry(url)));
  match(left, scripts, () => [...loaded.keys()]);
}

const loaded = new Map<string, unknown>();

/** Notes what scripts export that have been loaded. */
async function load(scripts: readonly Script[]): Promise<void> {
  const { cache } = createRequire(import.meta.url);
  const modules: Promise<unknown>[] = [];
  for (const { url, isModule } of scripts) {
    if (!isModule) {
      const required = url.startsWith("file:///") ? cache[fileURLToPath(url)] : undefined;
      if (required?.loaded) loaded.set(url, { default: required.exports });
      continue;
    }
    if (loaded.has(url)) continue;
    let namespace = namespaces.get(url);
    if (!namespace) {
      namespace = import(url).then(
        (exports: Exports) => {
          loaded.set(url, exports);
          return exports;
        },
        () => undefined,
      );
      namespaces.set(url, namespace);
    }
    if (!unfinished.has(url)) modules.push(namespace);
  }
  await within(patience.loaded, Promise.all(modules));
  for (const { url, isModule } of scripts) if (isModule && !loaded.has(url)) unfinished.add(url);
}

/** Finds classes by their names and places among what modules export: those of which there is exactly one. */
function match(
  addresses: readonly ClassAddress[],
  scripts: ReadonlyMap<string, Script>,
  urlsOf: (address: ClassAddress) => readonly string[],
): void {
  const named = addresses.map((address) => classesNamed(address.name, urlsOf(address)));
  const all = [...new Set(named.flat())];
  if (all.length === 0) return;
  const { places } = look(all);
  const placeOf = new Map(all.map((each, i) => [each, places[i]]));
  addresses.forEach((address, i) => {
    const place = address.place!;
    // where this thread has compiled the script otherwise, its lines tell nothing
    const isSame = scripts.get(place.url)?.hash === place.hash;
    const there = named[i].filter((each) => isAt(placeOf.get(each), place, isSame));
    if (there.length === 1) found.set(idOf(address), there[0]);
  });
}

function classesNamed(name: string, urls: readonly string[]): ErrorClass[] {
  const named = new Set<ErrorClass>();
  for (const url of urls) {
    for (const [, value] of functionsIn(loaded.get(url) ?? {}, name))
      if (isErrorClass(value) && nameOf(value) === name) named.add(value);
  }
  return [...named];
}

function isAt(place: Place | undefined, other: Place, exactly: boolean): boolean {
  if (place?.url !== other.url) return false;
  return !exactly || (place.line === other.line && place.column === other.column);
}

/** What a promise comes to in so many milliseconds, else `late`. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | typeof late> {
  let timer: NodeJS.Timeout;
  const end = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, milliseconds, late);
  });
  return Promise.race([promise, end]).finally(() => clearTimeout(timer));
}
