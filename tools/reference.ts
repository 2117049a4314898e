// Writes a page for every public export, from its docstring, and finds what the docstrings lack.
// `npm run reference` writes the pages into docs/reference/, and the tables of other documents; tests tell when they are stale
// or have gaps.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { Application, Logger, LogLevel, OptionDefaults, type TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { compilerOptions, type Entry, entries, root } from "./entries.js";
import { gapsOf } from "./gaps.js";
import { writeTables } from "./tables.js";

export interface Reference {
  /** the texts of the pages, by their paths in docs/reference */
  readonly pages: Record<string, string>;
  /** a sentence for each thing that a docstring lacks */
  readonly gaps: readonly string[];
}

const options: TypeDocOptions & Partial<PluginOptions> = {
  name: "Reference",
  plugin: ["typedoc-plugin-markdown"],
  logLevel: LogLevel.Warn,
  readme: "none",
  alwaysCreateEntryPointModule: true,
  // pages stay as they are when a declaration moves
  disableSources: true,
  excludeExternals: true,
  excludePrivate: true,
  hideGenerator: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  blockTags: [...OptionDefaults.blockTags, "@cost"],
  // a default may be a sentence
  jsDocCompatibility: { defaultTag: false },
  groupOrder: ["Functions", "Classes", "*", "Types behind types", "References"],
  indexFormat: "table",
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  // a test of the types knows what is not exported, and gapsOf what is not documented
  validation: { invalidLink: true, invalidPath: true, notExported: false, notDocumented: false },
};

/** Keeps what TypeDoc warns of, such as links that lead nowhere. */
class Warnings extends Logger {
  readonly texts: string[] = [];

  override log(text: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.texts.push(text);
  }
}

export async function reference(of: readonly Entry[] = entries): Promise<Reference> {
  const entryPoints = of.map(({ declarations }) => declarations);
  const made = await mkdtemp(join(tmpdir(), "nogil-reference-"));
  try {
    const tsconfig = join(made, "tsconfig.json");
    await writeFile(tsconfig, JSON.stringify({ compilerOptions, files: entryPoints }));
    const out = join(made, "pages");
    const app = await Application.bootstrapWithPlugins({ ...options, entryPoints, tsconfig, out });
    const warnings = new Warnings();
    app.logger = warnings;
    const points = app.getEntryPoints() ?? [];
    for (const point of points) {
      const entry = of.find(({ declarations }) => declarations === point.sourceFile.fileName);
      point.displayName = entry!.name;
    }
    const project = app.converter.convert(points);
    app.validate(project);
    await app.generateOutputs(project);
    return { pages: await pagesIn(out), gaps: [...warnings.texts, ...gapsOf(project)] };
  } finally {
    await rm(made, { recursive: true });
  }
}

/** The pages in a folder, by their paths in it. */
export async function pagesIn(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  const texts = paths.sort().map(async (path) => [relative(folder, path), await readFile(path, "utf8")]);
  return Object.fromEntries(await Promise.all(texts));
}

export const folder = `${root}docs/reference/`;

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { pages, gaps } = await reference();
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of Object.entries(pages)) {
    await mkdir(dirname(folder + path), { recursive: true });
    await writeFile(folder + path, text);
  }
  await writeTables();
  for (const gap of gaps) console.error(gap);
  if (gaps.length > 0) process.exitCode = 1;
}
