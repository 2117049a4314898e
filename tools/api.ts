// Reports what each entry of the package exports, without comments, so that a diff shows what of it changes.
// `npm run api` writes the reports into api/; a test tells when they are stale.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import ts from "typescript";
import { compilerOptions, entries, root } from "./entries.js";

export interface Report {
  /** where it is kept, from the root */
  readonly file: string;
  readonly text: string;
}

export async function reports(): Promise<Report[]> {
  const folder = await mkdtemp(join(tmpdir(), "nogil-api-"));
  try {
    await mkdir(join(folder, "kept"));
    const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, root);
    const program = ts.createProgram(
      entries.map(({ declarations }) => declarations),
      options,
    );
    return await Promise.all(
      entries.map(async ({ name, declarations }) => {
        const file = `${name.replaceAll("/", "-")}.api.md`;
        const sorted = join(folder, file.replace(".api.md", ".d.ts"));
        await writeFile(
          sorted,
          `export { ${namesIn(program, declarations).join(", ")} } from "${declarations}";\n`,
        );
        report(sorted, folder, file);
        const text = await readFile(join(folder, file), "utf8");
        return { file: `api/${file}`, text: withoutComments(text) };
      }),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * What a module exports, in alphabetical order. It is the order in which the report numbers types of one name that are
 * not exported, which stay as they are then when an export moves.
 */
function namesIn(program: ts.Program, declarations: string): string[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(declarations)!)!;
  return checker
    .getExportsOfModule(module)
    .map(({ name }) => name)
    .sort();
}

/** The report without what it says of comments, or has only because there are some. */
function withoutComments(text: string): string {
  return text
    .replaceAll(/^ *\/\/ \(undocumented\)\n| \/\/ \(undocumented\)\n *| \(undocumented\)/gm, "")
    .replaceAll(/constructor\([\s\S]*?\);/g, (parameters) =>
      parameters.replace(/\(\s+/, "(").replaceAll(/\s+/g, " "),
    );
}

function report(declarations: string, folder: string, file: string): void {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: `${root}package.json`,
    configObject: {
      projectFolder: root,
      newlineKind: "lf",
      mainEntryPointFilePath: declarations,
      compiler: { overrideTsconfig: { compilerOptions, files: [declarations] } },
      apiReport: {
        enabled: true,
        reportFileName: file,
        reportFolder: join(folder, "kept"),
        reportTempFolder: folder,
        // a type that no entry exports is part of those that lead to it
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { compilerMessageReporting: { default: { logLevel: "error" as ExtractorLogLevel } } },
    },
  });
  const { errorCount } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback(message) {
      // what is no error is about comments
      message.handled = message.logLevel !== ExtractorLogLevel.Error;
    },
  });
  if (errorCount > 0) throw new Error(`${declarations} does not compile, so that it has no report.`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await mkdir(`${root}api`, { recursive: true });
  for (const { file, text } of await reports()) await writeFile(root + file, text);
}
