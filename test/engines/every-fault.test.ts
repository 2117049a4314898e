import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("../fixtures/every-fault.ts", import.meta.url));
const patience = 100_000;

const timeout = {
  name: "TimeoutError",
  message: expect.stringMatching(/^The item took longer than its timeout of 1000 ms/),
};
const bad = { name: "BadRecord", message: "record 3 is bad", code: "EBAD" };
const died = (how: RegExp) => ({ code: "ERR_NOGIL_WORKER_ENDED", message: expect.stringMatching(how) });

const failing: Record<string, object> = {
  throws: bad,
  rejects: bad,
  "returns an Error": bad,
  "throws a non-Error": {
    message: 'The item threw "just words", which is not an Error.',
    cause: "just words",
  },
  "throws what cannot be looked at": {
    message: expect.stringMatching(/^The item threw an object that throws when it is looked at: .*revoked/),
  },
  "returns the uncloneable": {
    name: "TypeError",
    message: expect.stringMatching(/: the result\.deep\[0\]\.callback is a function, which cannot be sent/),
  },
  "calls process.exit": died(/^The (thread|process) that ran this item ended: .*7/),
  "spins for ever": timeout,
  "never settles": timeout,
  "overflows the stack": { name: "RangeError", message: "Maximum call stack size exceeded" },
  "fails later": { name: "Error", message: "out of nowhere" },
  "rejects what nobody awaits": { name: "RangeError", message: "nobody awaits this" },
};

describe.each(["threads", "async", "mpc"])("a program that meets every fault on %s", (engine) => {
  const lines = new Map<string, any>();
  let ending: unknown;
  let left: boolean;

  beforeAll(async () => {
    const child = spawn(process.execPath, ["--import", "tsx", program, engine], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const killer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), patience);
    let output = "";
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.resume();
    ending = await new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
    clearTimeout(killer);
    for (const line of output.trim().split("\n")) {
      const { kind, ...rest } = JSON.parse(line);
      lines.set(kind, rest);
    }
    left = await remains(child.pid!);
  }, patience + 20_000);

  const rows = Object.entries(
    engine === "mpc" ? { ...failing, "is killed": died(/killed by SIGKILL/) } : failing,
  );

  test.each(rows)("where an item %s, it alone fails, saying what happened", (kind, error) => {
    expect(lines.get(kind)).toMatchObject({
      failed: [3],
      error,
      others: [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11],
    });
  });

  test("where importing throws, the call says so", () => {
    expect(lines.get("throws while importing").rejected).toMatch(
      /broken-module\.ts could not be loaded: this module does not like workers/,
    );
  });

  test("where an item changes the arguments of the call, nobody but those in its worker sees it", () => {
    expect(lines.get("changes its arguments")).toMatchObject({
      failed: [],
      others: new Array(11).fill(7),
      list: [7],
    });
  });

  test("the next call works after each, and no worker is busy", () => {
    expect(lines.size).toBe(rows.length + 3);
    for (const [kind, { next, busy }] of lines) {
      expect([kind, next, busy]).toEqual([kind, [0, 2, 4, 6, 8, 10], 0]);
    }
  });

  test("ends by itself and leaves no process behind", () => {
    expect(ending).toBe(0);
    expect(left).toBe(false);
  });
});

/** Whether a process of the group is there, after the moment that helpers take to see their parent gone. */
async function remains(group: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      process.kill(-group, 0);
    } catch {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}
