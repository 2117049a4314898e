import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import {
  type ClassAddress,
  classAt,
  type ErrorClass,
  functionsIn,
  idOf,
  isErrorClass,
  nameOf,
} from "../workers/error-class.js";
import type { ErrorParcel, Exports } from "../workers/errors.js";
import { look, type Place, type Script } from "../workers/scripts.js";

// milliseconds for which a module is waited for that has not finished running: it may wait for the very call
const patience = { work: 5000, loaded: 200 };

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
  #exports: Promise<Exports | undefined> | undefined;

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
    const exports = await this.#exports;
    const wanted = new Map<string, ClassAddress>();
    for (const address of classes.flatMap(upTo((each) => exports && classAt(each, exports)))) {
      const id = idOf(address);
      // where the program has another instance of the module, as under a test runner, it has other classes, too
      if (!exports && !isInPackage(address)) continue;
      if (!found.has(id) && !this.#absent.has(id)) wanted.set(id, address);
    }
    await search([...wanted.values()]);
    for (const [id, address] of wanted) if (!found.has(id)) this.#miss(id, address);
    return parcels.map((parcel) => parcel.open(exports, found));
  }

  #miss(id: string, { name, place }: ClassAddress): void {
    this.#absent.add(id);
    if (warned.has(id)) return;
    warned.add(id);
    const what = `the class ${name || "without a name"}${place ? ` of ${place.url}` : ""}`;
    process.emitWarning(
      `${this.label}: an item failed with an error of ${what}, which the program has not imported, or no module exports. ` +
        "Such errors arrive with their names, messages and properties, but of the nearest class that is known. " +
        "Export the class, and import its module where you tell errors apart.",
      { type: "NogilWarning", code: "NOGIL_ERROR_CLASS" },
    );
  }
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
  for (const { place } of wanted) if (scripts.has(place!.url)) await load([scripts.get(place!.url)!]);
  const left = wanted.filter((address) => !match(address, scripts, [address.place!.url]));
  if (left.length === 0) return;
  // made by a function of another module than the one that exports it
  await load([...scripts.values()].filter(({ url }) => url.startsWith("file:")));
  for (const address of left) match(address, scripts, [...loaded.keys()]);
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

/** Finds a class by its name and place among what modules export. @returns whether there is exactly one */
function match(
  address: ClassAddress,
  scripts: ReadonlyMap<string, Script>,
  urls: readonly string[],
): boolean {
  const place = address.place!;
  const named = new Set<ErrorClass>();
  for (const url of urls) {
    for (const [, value] of functionsIn(loaded.get(url) ?? {}, address.name))
      if (isErrorClass(value) && nameOf(value) === address.name) named.add(value);
  }
  const candidates = [...named];
  const { places } = look(candidates);
  // where this thread has compiled the script otherwise, its lines tell nothing
  const isSame = scripts.get(place.url)?.hash === place.hash;
  const there = candidates.filter((_, i) => isAt(places[i], place, isSame));
  if (there.length === 1) found.set(idOf(address), there[0]);
  return there.length === 1;
}

function isAt(here: Place | undefined, there: Place, exactly: boolean): boolean {
  if (here?.url !== there.url) return false;
  return !exactly || (here.line === there.line && here.column === there.column);
}

/** What a promise comes to in so many milliseconds, else undefined. */
function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
