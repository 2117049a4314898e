import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import type { Exports } from "../codec/error-class.js";
import { resolvePackage } from "./resolve-package.js";
import { look } from "./scripts.js";

const typescript = new Set([".ts", ".mts", ".cts", ".tsx"]);

// loaders for TypeScript that come with the command line, which workers inherit; but tsx sees to the main thread only
const loaders = isMainThread
  ? /\b(tsx|ts-node|swc|esbuild|jiti|sucrase|babel|oxc)\b/
  : /\b(ts-node|swc|esbuild|jiti|sucrase|babel|oxc)\b/;

// importing again asks the hooks of a loader such as tsx again, in a thread of theirs
const loaded = new Map<string, Promise<Exports>>();

/**
 * Imports the module of a class or function, with TypeScript compiled where Node does not do it itself.
 * @param module URL, or the name of a package, resolved from the working directory
 * @throws Error naming the module, with what went wrong as its cause
 */
export async function loadModule(module: string): Promise<Exports> {
  const url = isUrl(module) ? module : resolvePackage(module, [workingDirectory()]);
  let exports = loaded.get(url);
  if (!exports) {
    exports = importModule(url);
    loaded.set(url, exports);
  }
  try {
    return await exports;
  } catch (error) {
    loaded.delete(url);
    const why = loadFailure(String((error as Error)?.message ?? error));
    throw new Error(`${module} could not be loaded: ${why}`, { cause: error });
  }
}

async function importModule(url: string): Promise<Exports> {
  if (isTypescript(url)) await prepareTypescript(url);
  return import(url);
}

function isTypescript(url: string): boolean {
  return url.startsWith("file:") && typescript.has(extname(fileURLToPath(url)));
}

/**
 * What a module exports in this thread, as it imports it by itself; undefined where it cannot. TypeScript that nothing here
 * compiles, and that is not loaded, is left alone: Node would remember the failure, for those who bring a compiler later.
 */
export async function importLocally(url: string): Promise<Exports | undefined> {
  if (isTypescript(url) && !prepared && !hasLoader() && !look([]).scripts.get(url)?.isModule)
    return undefined;
  return import(url).catch(() => undefined);
}

function hasLoader(): boolean {
  return loaders.test(`${process.execArgv.join(" ")} ${process.env.NODE_OPTIONS ?? ""}`);
}

let prepared: Promise<unknown> | undefined;

function prepareTypescript(url: string): Promise<unknown> {
  prepared ??= registerTsx(url).catch((error) => {
    prepared = undefined;
    throw error;
  });
  return prepared;
}

async function registerTsx(url: string): Promise<void> {
  if (hasLoader()) return;
  const tsx = findTsx(url);
  if (tsx) {
    const { register } = await import(tsx);
    register();
    // node strips types, but does not compile decorators: it comes second
  } else if (!(process.features as { typescript?: unknown }).typescript) {
    throw new Error(
      "a worker needs tsx to run TypeScript on this version of Node: npm install --save-dev tsx, or let workers import built JavaScript.",
    );
  }
}

function findTsx(url: string): string | undefined {
  try {
    // where the program itself runs under a tsx that is installed elsewhere, its loader tells where
    const running = process.execArgv.filter((argument) => /^file:.*\btsx\b/.test(argument));
    return resolvePackage("tsx/esm/api", [url, workingDirectory(), ...running]);
  } catch {
    return undefined;
  }
}

export function workingDirectory(): string {
  return pathToFileURL(`${process.cwd()}/`).href;
}

/** Whether a module is given by its URL; else it is a package. */
export function isUrl(module: string): boolean {
  return /^[a-z][a-z+.-]+:/i.test(module);
}

// what test runners say of a test file that somebody else imports, and Node of what they would have put there
const outsideOfTests =
  /\bvitest\b|@jest\/globals|^(describe|suite|test|it|before|after|beforeAll|afterAll|beforeEach|afterEach|expect|vi|jest) is not defined/i;

/** Why a module cannot be loaded, by what its import threw. */
function loadFailure(message: string): string {
  return outsideOfTests.test(message)
    ? "it is a test file, or needs a test runner, and a worker can import neither. Move what it is to run to a module of its own, " +
        "which imports no test runner."
    : message;
}
