import { isURL } from "../../base/realms.js";
import type { Work } from "../../call/job.js";
import type { WorkAddress } from "../chunk-protocol.js";
import type { Exports } from "../codec/error-class.js";
import { isPath } from "./addressing.js";
import { rawMethod } from "./find.js";
import { checkImportable, typedHint } from "./importable.js";
import { importLocally, isUrl, workingDirectory } from "./load.js";
import { resolvePackage } from "./resolve-package.js";

const remedy =
  "static module = import.meta.url; (in CommonJS: static module = pathToFileURL(__filename).href;)";

type Class = { readonly name: string; readonly module?: unknown };
type Callable = (...args: any[]) => unknown;
type JavaScriptWork = Exclude<Work, { kind: "kernel" }>;

/**
 * Where a worker finds what a job runs.
 * @throws Error, TypeError that say what to add when it cannot be told
 */
export async function locate(work: JavaScriptWork, label: string): Promise<WorkAddress> {
  if (work.kind === "method") {
    const { module, name } = moduleOf(work.self, label);
    return { kind: "method", module, className: name, method: work.name, depth: depthOf(work) };
  }
  if (work.address) {
    const { module, name } = work.address;
    const found = isUrl(module) ? module : findPackage(module, work.self);
    checkImportable(found, name, "function", label);
    return { kind: "function", module: found, name, exact: false };
  }
  if (!work.self) {
    throw new TypeError(
      `${label}: a worker cannot find ${described(work.fn)} by itself: export it, and ` +
        `pass exported("url-or-package", "name") in its place, such as ` +
        `exported(new URL("./file.js", import.meta.url), "${plainName(work.fn) || "name"}").${typedHint("function")}`,
    );
  }
  return locateFunction(work.fn, work.self, label);
}

// a method that a subclass calls with `super` has the name of the subclass's own
function depthOf({ self, name, method }: Extract<Work, { kind: "method" }>): number {
  let depth = 0;
  for (let at: object | null = self; at; at = Object.getPrototypeOf(at), depth++) {
    const value = Object.getOwnPropertyDescriptor(at, name)?.value;
    if (value && rawMethod(value) === rawMethod(method)) return depth;
  }
  return 1;
}

async function locateFunction(fn: Callable, self: object, label: string): Promise<WorkAddress> {
  const { module } = moduleOf(self, label);
  const exports = await localExports(self);
  if (exports) {
    const key = Object.keys(exports).find((each) => exports[each] === fn);
    if (key !== undefined) return { kind: "function", module, name: key, exact: true };
    throw unfindable(fn, label, module, exports);
  }
  if (!fn.name || isBound(fn)) throw unfindable(fn, label, module);
  return { kind: "function", module, name: fn.name, exact: false };
}

function unfindable(fn: Callable, label: string, module: string, exports: Exports = {}): TypeError {
  const there = Object.keys(exports);
  const name = plainName(fn) || "work";
  const remedy = isBound(fn)
    ? `Export ${name} there, and bind its arguments with partial(${name}, …).`
    : isNative(fn)
      ? "Call it in a function that is exported there."
      : `Move it out of the method to export it there, export function ${name}(…) { … }, and pass it what it needs of the method ` +
        `with partial(${name}, …); for one of another module, return exported(module, "${name}").`;
  return new TypeError(
    `${label} returned ${described(fn)}, which ${module} does not export, so that no process finds it` +
      `${there.length > 0 ? ` (it exports ${there.join(", ")})` : ""}. ${remedy}`,
  );
}

function described(fn: Callable): string {
  if (isBound(fn)) return `a bound function, of ${plainName(fn) || "one without a name"}`;
  if (!fn.name) return "a function without a name";
  return `the ${isNative(fn) ? "built-in " : ""}function ${fn.name}`;
}

function plainName({ name }: Callable): string {
  return name.replace(/^(bound )+/, "");
}

function isBound(fn: Callable): boolean {
  return fn.name.startsWith("bound ") && isNative(fn);
}

function isNative(fn: Callable): boolean {
  return Function.prototype.toString.call(fn).endsWith("{ [native code] }");
}

const imported = new WeakMap<object, Promise<Exports | undefined>>();

/**
 * What the module of an object's class exports here, when it is the very module that the class comes from. Under a test
 * runner an import may give another instance of it, which tells nothing about identities.
 */
export function localExports(self: object): Promise<Exports | undefined> {
  const ownClass = self.constructor as unknown as Class;
  let exports = imported.get(ownClass);
  if (!exports) {
    exports = importLocally(String(ownClass.module)).then((found) =>
      found && Object.values(found).includes(ownClass) ? found : undefined,
    );
    imported.set(ownClass, exports);
  }
  return exports;
}

function moduleOf(self: object, label: string): { module: string; name: string } {
  const ownClass = self.constructor as unknown as Class | undefined;
  const name = ownClass?.name || "the class of the batch";
  const module = ownClass?.module;
  if (typeof module !== "string" && !isURL(module)) {
    throw new TypeError(
      `${label}: a worker cannot find the module of ${name}. Add to the class: ${remedy}${typedHint("class")}`,
    );
  }
  if (isPath(String(module))) {
    throw new TypeError(
      `${label}: ${name}.module is the path ${JSON.stringify(module)}, expected a URL: ${remedy}`,
    );
  }
  checkImportable(String(module), name, "class", label);
  return { module: String(module), name };
}

function findPackage(name: string, self: object | undefined): string {
  const module = (self?.constructor as unknown as Class | undefined)?.module;
  return resolvePackage(name, [...(module ? [String(module)] : []), workingDirectory()]);
}
