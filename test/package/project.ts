import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** An empty project with the package installed. */
export class Project {
  private constructor(readonly folder: string) {}

  static async #empty(): Promise<Project> {
    const project = new Project(await mkdtemp(join(tmpdir(), "nogil-project-")));
    await project.write("package.json", JSON.stringify({ name: "empty", private: true, type: "module" }));
    return project;
  }

  /**
   * As a user has it: packed, and installed by npm.
   * @param packages to install beside nogil, in the versions that this repository develops with
   */
  static async create(packages: readonly string[]): Promise<Project> {
    const project = await Project.#empty();
    const { folder } = project;
    const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const packed = await execute(
      "npm",
      ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
      {
        cwd: root,
      },
    );
    const { filename } = Object.values(JSON.parse(packed.stdout) as object)[0];
    await project.run("npm", [
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      `./${filename}`,
      // in a version of its own, or that of this repository
      ...packages.map((name) => (/.@/.test(name) ? name : `${name}@${devDependencies[name]}`)),
    ]);
    return project;
  }

  /** With links to what is built and installed here: made at once, but not what npm packs. */
  static async linked(packages: readonly string[]): Promise<Project> {
    const project = await Project.#empty();
    const targets = [["nogil", root], ...packages.map((name) => [name, join(root, "node_modules", name)])];
    for (const [name, target] of targets) {
      const link = join(project.folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link);
    }
    return project;
  }

  async unlink(name: string): Promise<void> {
    await rm(join(this.folder, "node_modules", name));
  }

  /** Puts a copy of what is built here into a folder, as npm does, with another version if that is given. */
  async copy(folder: string, version?: string): Promise<void> {
    const to = join(this.folder, folder);
    for (const part of ["dist", "assembly", "package.json"]) {
      await cp(join(root, part), join(to, part), { recursive: true });
    }
    await symlink(join(root, "node_modules"), join(to, "node_modules"));
    if (version === undefined) return;
    const file = join(to, "dist/base/copies.js");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/version = "[^"]*"/, `version = "${version}"`));
  }

  async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /**
   * Runs a command in the project, or a folder of it; one that does not end by itself within two minutes is killed, and that is
   * an error.
   */
  async run(command: string, args: readonly string[], folder = "."): Promise<string> {
    const options = { cwd: join(this.folder, folder), timeout: 120_000, killSignal: "SIGKILL" } as const;
    try {
      return (await execute(command, args, options)).stdout;
    } catch (error) {
      const { message, stdout } = error as Error & { stdout: string };
      throw new Error(`${message}\n${stdout}`, { cause: error });
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
