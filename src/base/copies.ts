// Two copies of the library may meet in one program: an application's and a package's own, or one that a bundler made.
// Copies of one version in one realm share their memory and what else they know of batches, so that each can use what the
// other made. What any other copy made is known as such, and refused where it cannot be used.

/** The package's version. */
export const version = "0.1.0";

/** What the copies of one version have in common in a realm. */
interface Home {
  readonly known: Record<string, unknown>;
}

/** Who made something. */
interface Copy {
  readonly version: string;
  readonly url: string | undefined;
  readonly home: Home;
}

const homeKey = Symbol.for(`nogil.home.${version}`);
const copyKey = Symbol.for("nogil.copy");

const realm = globalThis as { [homeKey]?: Home };
realm[homeKey] ??= { known: Object.create(null) };
const home: Home = realm[homeKey];

// a bundle may have no URL
const thisCopy: Copy = { version, url: import.meta.url, home };

/** A thing that the copies have once, made by the one that needs it first. */
export function common<T>(name: string, make: () => T): T {
  home.known[name] ??= make();
  return home.known[name] as T;
}

/** The same, if it was made. */
export function commonIfMade<T>(name: string): T | undefined {
  return home.known[name] as T | undefined;
}

/** The symbol of a property by which copies of one version know something of an object. */
export function commonSymbol(name: string): symbol {
  return Symbol.for(`nogil.${version}.${name}`);
}

type Class = { readonly prototype: object };

/**
 * Has `instanceof` know what another copy's class of that name made.
 * @param which `"any"` copy's, or that of a copy that shares its memory with this one
 */
export function knownAcrossCopies(itsClass: Class, name: string, which: "any" | "sharing"): void {
  const brand = Symbol.for(`nogil.${name}`);
  Object.defineProperty(itsClass.prototype, brand, { value: thisCopy });
  Object.defineProperty(itsClass.prototype, copyKey, { value: thisCopy });
  const hasInstance = function (this: unknown, value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this as () => void, value)) return true;
    // subclasses are their users'
    if (this !== itsClass || !isObject(value)) return false;
    const maker = (value as Record<symbol, Copy | undefined>)[brand];
    return maker !== undefined && (which === "any" || maker.home === home);
  };
  Object.defineProperty(itsClass, Symbol.hasInstance, { value: hasInstance });
}

/** Whether a copy made it that shares nothing with this one. */
export function isOfAnotherCopy(value: unknown): value is object {
  if (!isObject(value)) return false;
  const maker = (value as { [copyKey]?: Copy })[copyKey];
  return maker !== undefined && maker.home !== home;
}

// kernels are functions
function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** What is wrong with something that another copy made, which shares nothing with this one. */
export function ofAnotherCopy(value: object, what: string): TypeError {
  const maker = (value as { [copyKey]?: Copy })[copyKey];
  const theirs = maker ? nameOf(maker) : "of an older version";
  const why =
    maker?.version === version
      ? "They are in two realms, such as a program's and its test runner's sandbox, which share no memory."
      : "Copies of different versions share no memory.";
  return new TypeError(
    `${what} was made by another copy of nogil (${theirs}) than this one (${nameOf(thisCopy)}). ${why} ` +
      'Have one copy ("npm ls nogil" shows where they come from, "npm dedupe" joins them), or pass plain values, which are copied.',
  );
}

function nameOf({ version, url }: Copy): string {
  return `${version} at ${url?.replace(/dist\/base\/copies\.js.*$/, "") ?? "an unknown place"}`;
}
