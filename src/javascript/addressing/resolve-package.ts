import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

type Target = string | null | readonly Target[] | { readonly [condition: string]: Target };

const conditions = new Set(["node", "import", "module-sync", "default"]);

/**
 * The URL of a package's module as an `import` in another module would find it. Node's own `import.meta.resolve` takes
 * no parent, and `require.resolve` does not see packages that are for `import` only.
 * @param parents URLs of modules or folders to look from, in this order
 * @throws Error naming the package and where it was looked for
 */
export function resolvePackage(specifier: string, parents: readonly string[]): string {
  if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  for (const parent of parents) {
    const found = resolveFrom(specifier, parent);
    if (found) return found;
  }
  throw new Error(
    `The package "${specifier}" was not found from ${parents.join(" or ")}: install it there, or pass the URL of the module.`,
  );
}

function resolveFrom(specifier: string, parent: string): string | undefined {
  const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(.*)$/.exec(specifier)!;
  for (let folder = new URL("./", parent); ; folder = new URL("../", folder)) {
    const root = new URL(`node_modules/${name}/`, folder);
    const manifest = new URL("package.json", root);
    if (existsSync(manifest)) {
      const { exports } = JSON.parse(readFileSync(manifest, "utf8"));
      const target = exports === undefined ? undefined : pick(targetOf(exports, `.${rest}`));
      return target ? new URL(target, root).href : required(specifier, parent);
    }
    if (folder.pathname === new URL("../", folder).pathname) return undefined;
  }
}

function targetOf(exports: Target, subpath: string): Target {
  const bySubpath =
    typeof exports === "object" &&
    exports !== null &&
    Object.keys(exports).some((key) => key.startsWith("."));
  if (!bySubpath) return subpath === "." ? exports : null;
  return (exports as Record<string, Target>)[subpath] ?? null;
}

function pick(target: Target): string | undefined {
  if (typeof target === "string") return target;
  if (target === null) return undefined;
  const choices = Array.isArray(target)
    ? target
    : Object.entries(target)
        .filter(([condition]) => conditions.has(condition))
        .map(([, choice]) => choice);
  for (const choice of choices) {
    const found = pick(choice);
    if (found) return found;
  }
  return undefined;
}

function required(specifier: string, parent: string): string | undefined {
  try {
    return pathToFileURL(createRequire(fileURLToPath(parent)).resolve(specifier)).href;
  } catch {
    return undefined;
  }
}
