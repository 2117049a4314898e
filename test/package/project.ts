import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** An empty project with the packed package installed, as a user has it. */
export class Project {
  private constructor(readonly folder: string) {}

  /** @param packages to install beside nogil, in the versions that this repository develops with */
  static async create(packages: readonly string[]): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "nogil-project-"));
    const project = new Project(folder);
    const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const packed = await execute(
      "npm",
      ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
      {
        cwd: root,
      },
    );
    const { filename } = Object.values(JSON.parse(packed.stdout) as object)[0];
    await project.write("package.json", JSON.stringify({ name: "empty", private: true, type: "module" }));
    await project.run("npm", [
      "install",
      "--no-audit",
      "--no-fund",
      "--prefer-offline",
      `./${filename}`,
      ...packages.map((name) => `${name}@${devDependencies[name]}`),
    ]);
    return project;
  }

  async write(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  /** Runs a command in the project; one that does not end by itself within two minutes is killed, and that is an error. */
  async run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, timeout: 120_000, killSignal: "SIGKILL" } as const;
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
