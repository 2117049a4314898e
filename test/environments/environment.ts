import type { Program } from "./run.js";
import type { Trial } from "./trials.js";

/** Somewhere to run the library. */
export interface Environment {
  /** how the command line names it */
  readonly name: string;
  /** how the table does */
  readonly title: string;
  /** what npm installs beside nogil, with versions; those of this repository where there are none */
  readonly packages?: readonly string[];
  /** a package that brings the program which runs things, installed apart, and that program */
  readonly runtime?: { readonly package: string; readonly program: string };
  /** files of the project that are its own */
  readonly files?: Readonly<Record<string, string>>;
  /** how a trial is run: `runtime` is the path of the program */
  program(trial: Trial, runtime: string): Program | undefined;
  /** code that lies in the environment itself, where no worker can import it, and what is said of it, in this order */
  readonly own?: { readonly program: (runtime: string) => Program; readonly said: readonly string[] };
  /** first errors of what does not work, by the name of the trial, or all trials of the group */
  readonly says?: Readonly<Record<string, string>>;
  /** results that are others here */
  readonly results?: Readonly<Record<string, string>>;
  /** what the table says beside it */
  readonly note?: string;
}

/** What the environment says instead of doing the trial, if it does not work there. */
export function saying({ says = {} }: Environment, { name, group }: Trial): string | undefined {
  return says[name] ?? says[group] ?? says.all;
}

/** A program of the command line that runs files as `node` does. */
export function like(...options: readonly string[]): Environment["program"] {
  return ({ name }, runtime) => {
    const file =
      name === "build"
        ? ["node_modules/nogil/dist/compiler/cli.js", "build", "--force", "assembly/kernels.ts"]
        : name === "decorated"
          ? ["decorated-trial.js"]
          : ["trial.js", name];
    return { command: runtime, args: [...options, ...file] };
  };
}
