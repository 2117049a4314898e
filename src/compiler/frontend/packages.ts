import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ExportStatement, ImportStatement, Source } from "assemblyscript";
import { nearestPackage } from "../build/source-files.js";
import { definePass } from "../passes/pass.js";
import { readKernels } from "./signatures.js";
import type { Unit } from "./unit.js";

/**
 * Gives the files of packages that kernels are exported from, which AssemblyScript calls `~lib/some-kernels/index.ts` as it does
 * its library's, the names that they have on disk: errors of items name the innermost line that is not of a library. Returns
 * whose a file is, for what runs inside the compiler.
 */
export const placePackages = definePass({
  name: "place-packages",
  stage: "parsed",
  needs: [readKernels],
  run({ unit, options: { files, cwd }, resultOf }) {
    const fileOf = (source: Source) => files?.get(source.normalizedPath) ?? source.normalizedPath;
    for (const source of unit.optimisedSources) refuseOtherCopies(unit, source, cwd, fileOf);
    const exporting = new Set(resultOf(readKernels).map(({ source }) => packageOf(source)));
    for (const source of unit.optimisedSources) {
      if (exporting.has(packageOf(source))) Object.assign(source, { normalizedPath: fileOf(source) });
    }
    return {
      isOwn: (source: Source) => unit.isOwn(source),
      isOptimised: (source: Source) => unit.isOptimised(source),
    };
  },
});

const packageOf = ({ internalPath }: Source) => internalPath.match(packagePath)?.[1];

const packagePath = /^~lib\/((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/;

/**
 * AssemblyScript takes one copy of a package for all that import it, the first that it finds. Where Node would find another
 * one, of another version, that is an error here: code would run with what it was not written for.
 */
function refuseOtherCopies(
  unit: Unit,
  source: Source,
  cwd: string,
  fileOf: (source: Source) => string,
): void {
  const { tree } = unit;
  const folder = realFolder(resolve(cwd, dirname(fileOf(source))));
  for (const statement of source.statements) {
    if (!tree.is<ImportStatement>(statement, "Import") && !tree.is<ExportStatement>(statement, "Export"))
      continue;
    const { internalPath, path } = statement as ImportStatement | ExportStatement;
    const [, name] = internalPath?.match(packagePath) ?? [];
    // a package's own files import each other so, too
    const taken = name === undefined || path?.value.startsWith(".") ? undefined : unit.source(internalPath!);
    if (!taken || !unit.isOptimised(taken)) continue;
    const [, takenFolder] = fileOf(taken).match(/^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//) ?? [];
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
