import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const script = fileURLToPath(new URL("../fixtures/bar.ts", import.meta.url));
const hidden = "\u001b[?25l";
const shown = "\u001b[?25h";

function run(ending: string, where: string) {
  const child = spawn(process.execPath, ["--import", "tsx", script, ending, where], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  return new Promise<{ code: unknown; output: string; errors: string }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output, errors }));
  });
}

describe("a progress bar", () => {
  test("shows items, rate and time left in a terminal", async () => {
    const { code, output, errors } = await run("end", "tty");
    expect([code, output]).toEqual([0, "listeners as before\n"]);
    expect(errors).toMatch(/100% \| 20\/20 items \| \d+ items\/s \| 0:00 left/);
  });

  test("says nothing where there is no terminal", async () => {
    expect(await run("end", "pipe")).toEqual({ code: 0, output: "listeners as before\n", errors: "" });
  });

  test("counts items where the run has no end of its own", async () => {
    const { code, errors } = await run("endless", "tty");
    expect(code).toBe(0);
    expect(errors).toMatch(/16 items \| \d+ items\/s/);
    expect(errors).not.toContain("%");
  });

  test("shows a call's items, and those that failed", async () => {
    const { code, output, errors } = await run("call", "tty");
    expect([code, output]).toEqual([0, "three\nlisteners as before\n"]);
    expect(errors).toMatch(/100% \| 40\/40 items \| \d+ items\/s \| 0:00 left \| 1 failed/);
  });

  test("is one at a time, however many calls run at once", async () => {
    const { code, output, errors } = await run("calls at once", "tty");
    expect([code, output]).toEqual([0, "listeners as before\n"]);
    // the cursor is hidden for one bar and shown again before the next
    const ends = [...errors.matchAll(/\[\?25([lh])/g)].map(([, which]) => which);
    expect(ends.length).toBeGreaterThanOrEqual(4);
    expect(ends).toEqual(ends.map((_, i) => (i % 2 === 0 ? "l" : "h")));
    expect(errors).toMatch(/100% \| 2\/2 items/);
  });

  test("says nothing of a call where there is no terminal", async () => {
    expect(await run("call", "pipe")).toEqual({
      code: 0,
      output: "three\nlisteners as before\n",
      errors: "",
    });
  });

  test.each([
    ["call", 0, "three\nlisteners as before\n"],
    ["cancelled call", 0, "cancelled\nlisteners as before\n"],
    ["end", 0, "listeners as before\n"],
    ["error", 0, "no more\nlisteners as before\n"],
    ["endless", 0, "listeners as before\n"],
    ["exit", 3, ""],
    ["SIGINT", "SIGINT", ""],
    ["SIGTERM", "SIGTERM", ""],
    // the program's own listener decides
    ["handled", 0, "handled\nlisteners as before\n"],
  ])("gives the cursor back at the ending: %s", async (ending, expected, said) => {
    const { code, output, errors } = await run(ending, "tty");
    expect([code, output]).toEqual([expected, said]);
    expect(errors).toContain(hidden);
    expect(errors.lastIndexOf(shown)).toBeGreaterThan(errors.lastIndexOf(hidden));
  });
});
