import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";

const program = fileURLToPath(new URL("../fixtures/program.mjs", import.meta.url));
const patience = 40_000;

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function start(args: readonly string[], flags: readonly string[] = []) {
  const child = spawn(process.execPath, [...flags, program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patience,
    killSignal: "SIGKILL",
  });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  return { child, output: () => output };
}

async function run(args: readonly string[], flags: readonly string[] = []) {
  const { child, output } = start(args, flags);
  const [code, signal] = await once(child, "close");
  return { code: code ?? signal, output: output().trim() };
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe.each(["threads", "async", "mpc"])("a program that uses %s", (engine) => {
  test("ends by itself when it has nothing left to do", async () => {
    expect(await run([engine, "end"])).toEqual({ code: 0, output: "14850" });
  });

  test("ends when it calls process.exit", async () => {
    expect((await run([engine, "exit"])).code).toBe(5);
  });

  test("ends when it throws, whatever its workers do", async () => {
    const { code, output } = await run([engine, "throw"]);
    expect(code).toBe(1);
    expect(output).toContain("the program fails");
  });

  test("can end its workers in the middle of a call and start again", async () => {
    const { code, output } = await run([engine, "close"]);
    expect(output.split("\n")).toEqual(["4 The workers were shut down while the call ran.", "0,3"]);
    expect(code).toBe(0);
  });

  test("loses one item when that runs out of heap", async () => {
    const { code, output } = await run([engine, "hoard"], ["--max-old-space-size=100"]);
    expect(output).toContain("0,1,2,4,5,6,7,8,9 3 ERR_NOGIL_WORKER_ENDED");
    expect(code).toBe(0);
  });
});

describe.each(["threads", "async"])("a thread of %s that ends while it starts", (engine) => {
  const ends = (when: string) =>
    `data:text/javascript,import { threadId } from "node:worker_threads"; if (${when}) process.exit(3);`;

  test("costs nothing while others start", async () => {
    const flags = ["--import", ends("threadId === 1")];
    expect(await run([engine, "end"], flags)).toEqual({ code: 0, output: "14850" });
  });

  test("is an error that says so when all do", async () => {
    const { code, output } = await run([engine, "end"], ["--import", ends("threadId > 0")]);
    expect(output).toContain("3 workers in a row ended before an item began");
    expect(code).toBe(1);
  });
});

describe("processes", () => {
  test("are gone when the program has ended", async () => {
    const { output, code } = await run(["mpc", "pids"]);
    expect(code).toBe(0);
    const pids: number[] = JSON.parse(output);
    expect(pids.length).toBeGreaterThan(0);
    await vi.waitUntil(() => !pids.some(alive), patience);
  });

  test("go with a program that is killed, even while an item of theirs spins", async () => {
    const { child, output } = start(["mpc", "pids", "spin"]);
    await vi.waitUntil(() => output().includes("]"), patience);
    const pids: number[] = JSON.parse(output());
    expect(pids.every(alive)).toBe(true);
    child.kill("SIGKILL");
    await vi.waitUntil(() => !pids.some(alive), patience);
  });
});
