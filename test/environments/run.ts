import { spawn } from "node:child_process";

/** How a program is run: with what is written to it, line by line, each when it asks for more. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** lines for a REPL, or all of standard input */
  readonly lines?: readonly string[];
  readonly input?: string;
}

export interface Ending {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  /** it did not end by itself */
  readonly hung: boolean;
}

const deadline = 120_000;
// as other endings of the same environment may have it, too
const plain = { NO_COLOR: "1", FORCE_COLOR: undefined, NODE_OPTIONS: undefined, NODE_ENV: undefined };

/** Runs a program in a folder until it ends; one that does not by itself within two minutes is killed. */
export function runProgram({ command, args, env, lines, input }: Program, cwd: string): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...plain, ...env } as NodeJS.ProcessEnv,
      stdio: "pipe",
      // its own group, so that what it started ends with it
      detached: true,
    });
    let [stdout, stderr, hung] = ["", "", false];
    const waiting = [...(lines ?? [])];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (!lines || !stdout.endsWith("> ")) return;
      const next = waiting.shift();
      if (next === undefined) child.stdin.end();
      else child.stdin.write(`${next}\n`);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // it may end before it has read all
    child.stdin.on("error", () => {});
    if (!lines) child.stdin.end(input);
    const timer = setTimeout(() => {
      hung = true;
      process.kill(-child.pid!, "SIGKILL");
    }, deadline);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, code, hung });
    });
  });
}
