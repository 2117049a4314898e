import type { Host, HostNeed } from "../host.js";

// the package's entries import this file first, so that an old Node says this, and not what it lacks first
if (typeof process === "undefined") {
  throw new Error(
    'nogil was loaded for Node, and there is no process here: have what loads it take the condition "browser", as bundlers for pages do.',
  );
}
const { versions, getBuiltinModule } = process as Partial<NodeJS.Process>;
const [major, minor] = (versions?.node ?? "").split(".").map(Number);
// node 21, and 22 at first, lack what 20 has got since
if (major < 20 || (major === 20 && minor < 19) || !getBuiltinModule) {
  throw new Error(
    `nogil needs Node 20.19 or later, and of Node 22 at least 22.3; this is ${versions?.node}.`,
  );
}

// of Bun and Deno, too, and newer versions have a permission model
interface Runtime {
  readonly versions: Record<string, string | undefined>;
  readonly permission?: { has(scope: string, path?: string): boolean };
}

const runtime: Runtime = process;

export function checkHost(target: string, needs: readonly HostNeed[]): void {
  if (needs.length === 0) return;
  checkPermissions(target, needs);
  checkFiles();
  if (needs.includes("serializer")) checkSerializer(target);
}

export const checkImports: Host["needs"]["checkImports"] = () => {};

// workers load files that lie beside this one; a bundler that takes this one into its bundle does not bring them along
function checkFiles(): void {
  const base: string | undefined = import.meta.url;
  if (
    base &&
    process.getBuiltinModule("node:fs").existsSync(new URL("../../javascript/worker/thread.js", base))
  )
    return;
  throw new Error(
    "Workers need files of the package nogil that a bundle leaves out: keep the package out of the bundle, as an external " +
      "one (esbuild: --external:nogil; rollup and webpack: externals; Vite: ssr.external), and give the modules of batch " +
      'classes entry points of their own. Target "for" works in any bundle.',
  );
}

function checkSerializer(target: string): void {
  try {
    new (process.getBuiltinModule("node:v8").Serializer)();
  } catch (cause) {
    throw new Error(
      `Target "${target}" sends values by node:v8's Serializer, which ${hostName()} does not have. What works there are ` +
        'kernels (target "nogil"), and target "for"; the others need Node or Deno.',
      { cause },
    );
  }
}

// node's own message names the flag in newer versions only, and no way out
function checkPermissions(target: string, needs: readonly HostNeed[]): void {
  const { permission } = runtime;
  if (!permission) return;
  const processes = needs.includes("processes");
  const missing: string[] = [];
  if (processes && !permission.has("child")) missing.push("--allow-child-process");
  // processes watch their parent from a thread
  if ((processes || needs.includes("threads")) && !permission.has("worker")) missing.push("--allow-worker");
  if (processes) {
    const folder: string = process.getBuiltinModule("node:os").tmpdir();
    if (!permission.has("fs.write", folder)) missing.push(`--allow-fs-write=${folder}`);
  }
  if (missing.length === 0) return;
  throw new Error(
    `Target "${target}" needs what Node's permission model forbids here: start Node with ${missing.join(" ")} too, ` +
      'or use target "for".',
  );
}

/** Bun ends no thread in which WebAssembly runs, so that a kernel that never returns could not be ended. */
export function checkCanEndKernels(options: object, label: string): void {
  if (runtime.versions.bun === undefined) return;
  const given = ["timeout", "deadline", "signal"].find(
    (name) => (options as Record<string, unknown>)[name] !== undefined,
  );
  if (given === undefined) return;
  throw new Error(
    `${label}: a kernel that runs cannot be ended in Bun, so that the option "${given}" could not be kept: leave it out, or use Node or Deno.`,
  );
}

function hostName(): string {
  const { bun, deno } = runtime.versions;
  if (bun) return `Bun ${bun}`;
  return deno ? `Deno ${deno}` : `this host (Node ${runtime.versions.node})`;
}
