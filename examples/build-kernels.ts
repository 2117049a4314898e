import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Compiles `assembly/` beside a module to `build/`, as `npm run kernels` does; nothing, where nothing changed. It runs in a
 * process of its own, since loading the compiler through tsx takes twice as long and 1.5 GB.
 * @param module `import.meta.url` of the example
 */
export async function buildKernels(module: string): Promise<void> {
  const root = dirname(createRequire(import.meta.url).resolve("nogil/package.json"));
  const here = relative(root, fileURLToPath(new URL(".", module)));
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [
      join(root, "dist/compiler/cli.js"),
      "build",
      join(here, "assembly/kernels.ts"),
      "--out",
      join(here, "build"),
    ],
    { cwd: root },
  ).catch((error) => {
    throw new Error(`The kernels could not be built.\n${error.stderr}`, { cause: error });
  });
  if (stderr) console.error(stderr);
  if (!stdout.includes("is up to date")) console.log(`kernels: ${stdout}`);
}
