import { checkImports } from "#host/needs";
import { shownValue } from "../../base/option-names.js";
import { isURL } from "../../base/realms.js";
import type { Address } from "../../call/job.js";

const addressKey = Symbol.for("nogil.address");

/**
 * A function by the module that exports it, for `run` and for methods of target `mpc`: where the function is in a
 * package, or in another module than the batch's class. Called here, it imports the module first.
 *
 * @param module URL of the module (`new URL("./codec.js", import.meta.url)`), or the name of a package, which is looked
 *   up from the module of the batch's class, or from the working directory
 * @param name of the export
 * @throws TypeError for a relative path: it means nothing without the module that it is written in
 * @cost None here: each worker imports the module once.
 * @example
 * import { exported, run } from "nogil";
 *
 * const entropy = exported<(x: Float64Array) => number>(new URL("./stats.js", import.meta.url), "entropy");
 * const entropies = await run(entropy, [Float64Array.of(0.5, 0.5)]);
 */
export function exported<F extends (...args: any[]) => unknown = (...args: any[]) => unknown>(
  module: string | URL,
  name: string,
): F {
  if ((typeof module !== "string" || module === "") && !isURL(module)) {
    throw new TypeError(
      `exported() takes the URL of a module or the name of a package first, got ${shownValue(module)}.`,
    );
  }
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`exported() takes the name of an export second, got ${shownValue(name)}.`);
  }
  const address: Address = { module: String(module), name };
  if (isPath(address.module)) {
    throw new TypeError(
      `exported(${JSON.stringify(address.module)}, "${name}"): pass a path as a URL, ${urlOf(address.module)}.`,
    );
  }
  const imported = async (...args: unknown[]): Promise<unknown> => {
    checkImports(`exported(${JSON.stringify(address.module)}, "${name}")`);
    const [{ loadModule }, { findFunction }, { checkImportable }] = await Promise.all([
      import("./load.js"),
      import("./find.js"),
      import("./importable.js"),
    ]);
    checkImportable(address.module, name, "function", "exported()");
    return findFunction(await loadModule(address.module), { ...address, exact: false })(...args);
  };
  Object.defineProperty(imported, "name", { value: name });
  Object.defineProperty(imported, addressKey, { value: address });
  return imported as unknown as F;
}

// a relative path starts at the module that says it, an absolute one may have a drive
function urlOf(path: string): string {
  return path.startsWith(".")
    ? `new URL("${path}", import.meta.url)`
    : `pathToFileURL(${JSON.stringify(path)})`;
}

/** Whether a module is given by its path, as POSIX or Windows writes it. */
export function isPath(module: string): boolean {
  return /^(\.{0,2}[\\/]|[a-z]:[\\/])/i.test(module);
}

/** The address of a function made by `exported`; undefined for any other. */
export function addressOf(fn: unknown): Address | undefined {
  return typeof fn === "function" ? (fn as { [addressKey]?: Address })[addressKey] : undefined;
}
