import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The package.json that makes Node read a `.js` file as CommonJS; undefined where it is an ES module. */
export function commonJsPackageOf(file: string): string | undefined {
  for (let at = dirname(file); ; at = dirname(at)) {
    const manifest = join(at, "package.json");
    if (existsSync(manifest)) return typeIn(manifest) === "module" ? undefined : manifest;
    if (dirname(at) === at) return undefined;
  }
}

// what is wrong with it is for Node to tell
function typeIn(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, "utf8"))?.type;
  } catch {
    return "module";
  }
}
