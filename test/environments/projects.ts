import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Project } from "../package/project.js";
import type { Environment } from "./environment.js";

const execute = promisify(execFile);
const common = ["assemblyscript", "@uwdata/flechette"];
const files = fileURLToPath(new URL("./project/", import.meta.url));

/** The projects in which things are tried: one for all that install the same. */
export class Projects {
  readonly #projects = new Map<string, Promise<Project>>();
  readonly #runtimes = new Map<string, Promise<string>>();
  readonly #folders: string[] = [];

  async folderFor({ packages = [], files: own = {} }: Environment): Promise<string> {
    const key = packages.join();
    if (!this.#projects.has(key)) this.#projects.set(key, makeProject(packages));
    const project = await this.#projects.get(key)!;
    for (const [file, text] of Object.entries(own)) await project.write(file, text);
    return project.folder;
  }

  /** The program that runs things, by its path. */
  async runtimeOf({ runtime }: Environment): Promise<string> {
    if (!runtime) return process.execPath;
    if (!this.#runtimes.has(runtime.package)) this.#runtimes.set(runtime.package, this.#install(runtime));
    return this.#runtimes.get(runtime.package)!;
  }

  async #install(runtime: { readonly package: string; readonly program: string }): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "nogil-runtime-"));
    this.#folders.push(folder);
    await writeFile(join(folder, "package.json"), '{"private":true}');
    const options = { cwd: folder, timeout: 300_000 };
    await execute(
      "npm",
      ["install", "--no-audit", "--no-fund", "--prefer-offline", runtime.package],
      options,
    );
    const path = join(folder, "node_modules", ".bin", runtime.program);
    // a package may install without the binary for this machine
    await execute(path, ["--version"], options);
    return path;
  }

  async remove(): Promise<void> {
    for (const project of this.#projects.values())
      await project.then(
        (each) => each.remove(),
        () => {},
      );
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

async function makeProject(packages: readonly string[]): Promise<Project> {
  const project = await Project.create([...common, ...packages]);
  await cp(files, project.folder, { recursive: true });
  await mkdir(join(project.folder, "build"), { recursive: true });
  await project.run("node", ["node_modules/nogil/dist/compiler/cli.js", "build", "assembly/kernels.ts"]);
  return project;
}
