import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { isNamed, shownValue } from "../../base/option-names.js";
import { readRegularSync } from "./regular-files.js";
import { UserTransforms } from "./user-transforms.js";

type Options = Record<string, unknown>;

/** What `asconfig.json` may say about a build. The rest is ours: the memory, the exports and the files of a kernel module. */
const respected = new Set([
  "optimize",
  "optimizeLevel",
  "shrinkLevel",
  "converge",
  "use",
  "lib",
  "path",
  "enable",
  "disable",
  "runPasses",
  "transform",
  "pedantic",
  "disableWarning",
  "noColors",
  "stats",
]);
// shared memory needs threads, and the rest is what every Node that we run on has
const needed = new Set(["threads", "bulk-memory", "mutable-globals"]);

export interface AsConfig {
  readonly options: Options;
  readonly transforms: UserTransforms;
}

/** Reads `asconfig.json` of a directory: the options of its `release` target over its general ones, then what it extends. */
export function readAsConfig(cwd: string, file = "asconfig.json"): AsConfig {
  const options: Options = {};
  const files: string[] = [];
  for (let at: string | undefined = resolve(cwd, file); at && !files.includes(at); ) {
    const bytes = readRegularSync(at);
    if (!bytes) {
      if (files.length === 0) break;
      throw new Error(`${files.at(-1)} extends ${at}, which does not exist.`);
    }
    files.push(at);
    const config = parse(at, bytes.toString("utf8"));
    for (const layer of [config.targets?.release, config.options]) {
      for (const [key, value] of Object.entries(layer ?? {})) {
        if (value === null) continue;
        if (!respected.has(key) || key in options) continue;
        options[key] = fromHere(key, value, dirname(at), cwd);
      }
    }
    at = config.extends && locate(config.extends, at);
  }
  const { transform, ...rest } = options;
  const transforms = new UserTransforms(transform, cwd);
  return { options: withoutOurs(rest), transforms };
}

function withoutOurs(options: Options): Options {
  if (options.use) options.use = list(options.use).filter((alias) => !alias.trim().startsWith("abort="));
  if (options.disable) options.disable = list(options.disable).filter((feature) => !needed.has(feature));
  return options;
}

interface Config {
  readonly targets?: { readonly release?: Options };
  readonly options?: Options;
  readonly extends?: string;
}

function parse(file: string, text: string): Config {
  let config: unknown;
  try {
    // asc takes a mark of the byte order, too
    config = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new Error(`${file} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  if (!isNamed(config)) throw new Error(`${file} has ${shownValue(config)}, expected an object of options.`);
  const { targets, options } = config as { targets?: { release?: unknown }; options?: unknown };
  for (const [name, value] of Object.entries({ targets, "targets.release": targets?.release, options })) {
    if (value === undefined || isNamed(value)) continue;
    throw new Error(`${file}: ${name} takes an object, got ${shownValue(value)}.`);
  }
  if (config.extends !== undefined && typeof config.extends !== "string") {
    throw new Error(`${file}: extends takes the path of a file, got ${shownValue(config.extends)}.`);
  }
  return config;
}

const list = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : String(value).split(",");

// paths are from the file that has them; asc takes those of libraries from its base directory, those of packages from that of the process
function fromHere(key: string, value: unknown, directory: string, cwd: string): unknown {
  if (key === "lib") return list(value).map((path) => relative(cwd, resolve(directory, path)));
  if (key === "path") return list(value).map((path) => resolve(directory, path));
  if (key !== "transform") return value;
  return list(value).map((path) => (path.startsWith(".") ? resolve(directory, path) : path));
}

function locate(path: string, from: string): string {
  if (path.startsWith(".")) return resolve(dirname(from), path);
  try {
    return createRequire(from).resolve(path);
  } catch (cause) {
    throw new Error(`${from} extends ${path}, which is not installed.`, { cause });
  }
}
