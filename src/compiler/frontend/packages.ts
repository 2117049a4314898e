import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ExportStatement, ImportStatement, Source } from "assemblyscript";
import { nearestPackage } from "../build/source-files.js";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

/**
 * Gives the files of packages, which AssemblyScript calls `~lib/some-kernels/index.ts` as it does its library's, the names
 * that they have on disk, so that errors, source maps and what kernels throw name a file that can be opened. Returns whose a
 * file is, for what runs inside the compiler.
 */
export const placePackages = definePass({
  name: "place-packages",
  stage: "parsed",
  run({ unit, options: { files, cwd } }) {
    for (const source of unit.optimisedSources) {
      const file = files?.get(source.normalizedPath);
      if (file !== undefined) Object.assign(source, { normalizedPath: file });
    }
    if (files) for (const source of unit.optimisedSources) refuseOtherCopies(unit, source, cwd);
    return {
      isOwn: (source: Source) => unit.isOwn(source),
      isOptimised: (source: Source) => unit.isOptimised(source),
    };
  },
});

const packagePath = /^~lib\/((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/;

/**
 * AssemblyScript takes one copy of a package for all that import it, the first that it finds. Where Node would find another
 * one, of another version, that is an error here: code would run with what it was not written for.
 */
function refuseOtherCopies(unit: Unit, source: Source, cwd: string): void {
  const { tree } = unit;
  const folder = realFolder(resolve(cwd, dirname(source.normalizedPath)));
  for (const statement of source.statements) {
    if (!tree.is<ImportStatement>(statement, "Import") && !tree.is<ExportStatement>(statement, "Export"))
      continue;
    const { internalPath, path } = statement as ImportStatement | ExportStatement;
    const [, name] = internalPath?.match(packagePath) ?? [];
    // a package's own files import each other so, too
    const taken = name === undefined || path?.value.startsWith(".") ? undefined : unit.source(internalPath!);
    if (!taken || !unit.isOptimised(taken)) continue;
    const [, takenFolder] =
      taken.normalizedPath.match(/^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//) ?? [];
    const meant = folder && nearestPackage(folder, name);
    if (!meant || takenFolder === undefined) continue;
    const has = resolve(cwd, takenFolder);
    const [here, there] = [meant, has].map(versionOf);
    if (realFolder(meant) === realFolder(has) || (here !== undefined && here === there)) continue;
    const shown = (version: string | undefined, at: string) => `${version ?? "the one"} in ${at}`;
    unit.error(
      path!.range,
      `'${name}' is ${shown(here, meant)} for this file, and the module has ${shown(there, has)} already: ` +
        "there is one copy of a package in a module. Install one version for both, as 'npm dedupe' does.",
    );
  }
}

function realFolder(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}

function versionOf(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
