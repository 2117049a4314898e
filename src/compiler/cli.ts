#!/usr/bin/env node
import "#host/needs";

import { readFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build/build.js";
import { commonJsPackageOf } from "./build/module-type.js";
import { outDirHint } from "./build/out-dir.js";

const help = `Usage: nogil build <entry.ts> [options]

Compiles the functions that an AssemblyScript file exports to kernels. Writes <name>.wasm, and beside it <name>.js,
which exports them, with its types (<name>.d.ts) and a source map. Options of asconfig.json are respected.

Options:
  -o, --out DIR     folder for the built files (default: build)
      --unchecked   leave out the checks of indices and conversions: faster, and an index out of range destroys other data
      --allow-unsafe
                    allow raw access to memory: load, store, changetype, .dataStart and .buffer of rows
      --force       build even if nothing changed
  -h, --help        print this
      --version     print the version of nogil`;

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      out: { type: "string", short: "o" },
      unchecked: { type: "boolean" },
      "allow-unsafe": { type: "boolean" },
      force: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean" },
    },
  });
  const [command, ...entries] = positionals;
  if (values.help) {
    console.log(help);
    return 0;
  }
  if (values.version) {
    const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
    console.log(version);
    return 0;
  }
  if (command !== "build" || entries.length === 0) {
    const problem =
      command === undefined || command === "build" ? "No file to build." : `Unknown command '${command}'.`;
    console.error(`${problem}\n\n${help}`);
    return 1;
  }
  const names = entries.map((entry) => basename(entry));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    console.error(
      `Two files are called ${twice}, and the built files would be, too: build each into its own folder (--out).`,
    );
    return 1;
  }
  const { out, unchecked, force } = values;
  for (const entry of entries) {
    const options = {
      out,
      unchecked,
      force,
      allowUnsafe: values["allow-unsafe"],
      colors: process.stderr.isTTY,
    };
    const { built, files, kernels, warnings } = await build(entry, options);
    if (warnings) console.error(warnings);
    const script = relative(process.cwd(), files.at(-1)!);
    console.log(built ? `${script}: ${kernels.join(", ")}` : `${script} is up to date`);
    const hint = outDirHint(files.at(-1)!);
    if (hint) console.error(hint);
    const commonJs = commonJsPackageOf(files.at(-1)!);
    if (commonJs) {
      console.error(
        `${script} is an ES module, and ${relative(process.cwd(), commonJs)} makes Node read it as CommonJS: ` +
          `run "npm pkg set type=module", or put { "type": "module" } into ${join(dirname(script), "package.json")}.`,
      );
    }
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message, code } = error as Error & { code?: string };
  console.error(code?.startsWith("ERR_PARSE_ARGS") ? `${message}\n\n${help}` : message);
  process.exitCode = 1;
}
