import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("./fixtures/ends-by-itself.ts", import.meta.url));

// processes of a group, read from /proc where there is one
function processesOf(group: number): string[] {
  try {
    return readdirSync("/proc").filter((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]) === group;
    });
  } catch {
    return [];
  }
}

const streams = fileURLToPath(new URL("./fixtures/stream-ends.ts", import.meta.url));

/** Runs a script as the first of a group of processes, which is ended when that takes too long. */
async function runToItsEnd(...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const killer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), 50_000);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.on("close", (...ended) => resolve(ended));
  });
  clearTimeout(killer);
  return { pid: child.pid!, code, signal, output };
}

test.each([
  ["break", "done\n"],
  ["break beside a long item", "done\n"],
  ["break while the source is silent", "done\n"],
  ["silent source", "{ done: false, value: 2 } { done: false, value: 4 }\ndone\n"],
  ["not iterated", "done\n"],
])("a script that left a stream ends by itself: %s", async (way, expected) => {
  const { code, signal, output } = await runToItsEnd(streams, way);
  expect([code, signal, output]).toEqual([0, null, expected]);
});

test("a script that used every target ends by itself, and no thread or process stays behind", async () => {
  const { pid, code, signal, output } = await runToItsEnd(script);
  expect([code, signal, output]).toEqual([0, null, '[["a",1,2,10],["b",1,2,10]] 2,4,6\n']);
  // helpers end when they see their parent gone, which takes them a moment
  for (let tries = 0; tries < 100 && processesOf(pid).length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(processesOf(pid)).toEqual([]);
});
