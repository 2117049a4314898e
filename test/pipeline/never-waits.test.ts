import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../fixtures/never-waits.ts", import.meta.url));

function run(name: string) {
  const child = spawn(process.execPath, ["--import", "tsx", script, name], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output }));
  });
}

test.each([
  "a function step",
  "no step",
  "rebatch",
  "prefetched batches",
  "skipped batches",
  "failing batches",
])("a timer's signal ends an endless run that never waits: %s", { timeout: 40_000 }, async (name) => {
  expect(await run(name)).toEqual({ code: 0, output: "TimeoutError\n" });
});
