import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { abi, type ModuleDescription } from "../../abi/kernel.js";
import type { Location } from "../../abi/source-map.js";
import { checkedText, parseSourceMap } from "../../abi/source-map.js";
import { libraryReplacements } from "../frontend/library.js";
import { runtimeText } from "../frontend/runtime.js";
import type { DeclaredKernel } from "../frontend/signatures.js";
import { compileAndLink } from "../link/link.js";
import type { Report } from "../passes/pass.js";
import { readAsConfig } from "./asconfig.js";
import { declarations, javascript } from "./bindings.js";
import { type BuildRecord, hash, isUpToDate, recordInputs } from "./build-record.js";
import { readRegular } from "./regular-files.js";
import { loadToolchain, toolchainVersion } from "./toolchain.js";
import { writeFiles } from "./write-files.js";

export interface ModuleRequest {
  /** the entry file, from `cwd` */
  readonly entry: string;
  /** text to compile as if it were the entry file's */
  readonly text?: string;
  readonly cwd: string;
  /** folder for the files, absolute */
  readonly out: string;
  /** what the files are called, before their extensions */
  readonly name: string;
  readonly unchecked: boolean;
  readonly allowUnsafe: boolean;
  readonly force: boolean;
  readonly colors: boolean;
}

export interface MadeModule {
  /** false when what is there is what would have been built */
  readonly built: boolean;
  readonly description: ModuleDescription;
  readonly warnings: string;
  /** what the passes did and did not; none where nothing was built */
  readonly reports: readonly Report[];
}

interface StoredRecord extends BuildRecord {
  /** version of AssemblyScript */
  readonly compiler: string;
  readonly description: ModuleDescription;
  /** where kernels are declared, for errors in those of which only code of the library is left */
  readonly declarations: Readonly<Record<string, Location>>;
  /** what conversions that may trap convert to, for their errors */
  readonly conversions: Readonly<Record<string, string>>;
}

/** Compiles an entry file and writes what comes of it: code, source map, bindings and types. */
export async function makeModule(request: ModuleRequest): Promise<MadeModule> {
  const { entry, text, cwd, out, name, colors, force } = request;
  const { unchecked, allowUnsafe } = request;
  const config = readAsConfig(cwd);
  const mapName = `${name}.wasm.map`;
  const last = await readRecord(resolve(out, mapName));
  // where there is no compiler any more, what it made last is as good as it gets
  const compiler = toolchainVersion(cwd) ?? last?.compiler;
  const versions = [
    compiler,
    ownVersion,
    ownCode,
    abi,
    runtimeText(),
    libraryReplacements(),
    config.transforms.hashes,
  ];
  const settings = hash(
    JSON.stringify([
      versions,
      config.options,
      unchecked,
      allowUnsafe,
      relative(cwd, resolve(cwd, entry)),
      text,
    ]),
  );
  if (last && !force && (await isUpToDate(last, settings, cwd, out))) {
    return { built: false, description: last.description, warnings: "", reports: [] };
  }

  const toolchain = await loadToolchain(cwd);
  const options = { cwd, unchecked, allowUnsafe, colors, text, config, mapName };
  const linked = await compileAndLink(toolchain, entry, options);
  const { description } = linked;
  const outputs = new Map<string, string | Uint8Array>([
    [`${name}.wasm`, linked.wasm],
    [`${name}.d.ts`, declarations(linked.kernels)],
    [`${name}.js`, javascript(name, description)],
  ]);
  const record: StoredRecord = {
    settings,
    compiler: toolchain.version,
    inputs: recordInputs(linked.inputs),
    outputs: Object.fromEntries([...outputs].map(([file, content]) => [file, hash(content)])),
    description,
    declarations: Object.fromEntries(linked.kernels.map((kernel) => [kernel.name, placeOf(kernel)])),
    conversions: Object.fromEntries(linked.conversions),
  };
  // written last: it says that the others are what they should be
  outputs.set(mapName, sourceMap(linked.map, relative(out, cwd), record));
  await writeFiles(out, outputs);
  return { built: true, description, warnings: linked.warnings, reports: linked.reports };
}

function placeOf({ source, declaration }: DeclaredKernel): Location {
  return { file: source.normalizedPath, line: source.lineAt(declaration.name.range.start) };
}

// the compiler names the files from the working directory, and has the text of its whole library in the map
function sourceMap(text: string, root: string, record: StoredRecord): string {
  const map = JSON.parse(text) as { sources: string[]; sourcesContent: (string | null)[] };
  for (const { file } of Object.values(record.declarations)) {
    if (!map.sources.includes(file)) map.sources.push(file);
  }
  const sourcesContent = map.sources.map((source, i) =>
    source.startsWith("~lib/") ? null : (map.sourcesContent[i] ?? null),
  );
  const sources = map.sources.map(asUrl);
  const whole = {
    ...map,
    sources,
    sourceRoot: asUrl(root.replaceAll("\\", "/")),
    sourcesContent,
    x_nogil: record,
  };
  return JSON.stringify({ ...whole, x_check: hash(checkedText(whole)) });
}

// sources are URLs, where a name with # would end
function asUrl(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}

async function readRecord(map: string): Promise<StoredRecord | undefined> {
  const bytes = await readRegular(map);
  return bytes && parseSourceMap<StoredRecord>(bytes, hash)?.x_nogil;
}

// the version, and the code: it changes between two versions while nogil itself is worked on
const ownVersion: string = JSON.parse(
  readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
).version;
const here = fileURLToPath(new URL("..", import.meta.url));
const ownCode = hash(
  readdirSync(here, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => readFileSync(join(here, file), "utf8"))
    .join(""),
);
