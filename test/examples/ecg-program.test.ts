import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modelRecording } from "../../examples/ecg/model.js";
import { modelName } from "../../examples/ecg/records.js";
import { writeRecord } from "../../examples/ecg/wfdb-writer.js";

const main = fileURLToPath(new URL("../../examples/ecg/main.ts", import.meta.url));
const real = fileURLToPath(new URL("../../../shared/data/physionet2017", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function program(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ["--import", "tsx", main, "--out", join(folder, "out"), ...args];
    execFile(
      process.execPath,
      command,
      { env: { ...process.env, TMPDIR: folder } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      },
    );
  });
}

const page = () => readFile(join(folder, "out", "index.html"), "utf8");

describe("the example", () => {
  describe("with recordings that it makes", () => {
    let ended: Ended;
    beforeAll(async () => {
      ended = await program("--records", "4");
    });

    test("agrees with target for and finds the model's beats", () => {
      const { code, stdout, stderr } = ended;
      expect(stderr).toBe("");
      expect(code).toBe(0);
      expect(stdout).toContain("recordings made: 4 ");
      for (const name of ["M00001", "M00002", "M00003", "M00004"]) expect(stdout).toContain(`\n${name} `);
      expect(stdout).toContain("checksums: 4 verified, 0 not recorded");
      expect(stdout).toContain('compared: 4 of 4 records; the targets agree with "for"');
      for (const target of ["async", "nogil", "threads", "mpc"]) {
        expect(stdout).toMatch(new RegExp(`^all steps +${target} +\\d`, "m"));
      }
      const [, found] = /sensitivity ([\d.]+) %/.exec(stdout)!;
      expect(Number(found)).toBeGreaterThan(98);
    });

    test("writes a page that needs no network and holds the signals", async () => {
      const html = await page();
      expect(html).not.toMatch(/(src|href)=|@import|fetch\(/);
      const data = JSON.parse(/<script id="data" type="application\/json">(.*?)<\/script>/s.exec(html)![1]);
      expect(data.traces.map((trace: { name: string }) => trace.name)).toContain("M00001");
      const { samples, gain } = modelRecording(1);
      const shown = new Int16Array(new Uint8Array(Buffer.from(data.traces[0].before, "base64")).buffer);
      expect(shown).toHaveLength(samples.length);
      expect(
        shown.every((value, i) => Math.abs(value * data.traces[0].step - samples[i] / gain) < 0.001),
      ).toBe(true);
    });

    test("leaves no recordings behind", async () => {
      expect((await readdir(folder)).filter((name) => name.startsWith("nogil-ecg-"))).toEqual([]);
    });
  });

  test("goes on with the others when records are broken, names each and ends with 1", async () => {
    const data = join(folder, "broken");
    await mkdir(data);
    for (const number of [1, 2, 3, 4]) await writeRecord(data, modelName(number), modelRecording(number));
    await truncate(join(data, "M00002.mat"), 1000);
    await writeFile(join(data, "M00003.hea"), "M00003 1 300\n");
    await writeRecord(data, "empty", { fs: 300, gain: 1000, samples: new Int16Array(0) });
    await writeRecord(data, "short", { fs: 300, gain: 1000, samples: Int16Array.of(1, 2, 3) });
    await writeRecord(data, "slow", { fs: 30, gain: 1000, samples: new Int16Array(300) });
    const { code, stdout } = await program("--data", data);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^M00001 /m);
    expect(stdout).toMatch(/^M00004 /m);
    expect(stdout).toMatch(/^empty +0\.0 +0 +– /m);
    expect(stdout).toMatch(/^short +0\.0 +0 +– /m);
    expect(stdout).toContain("failed: 3\n");
    expect(stdout).toContain(
      "slow: slow.hea: expected a whole sampling frequency from 60 to 10000 Hz, found 30.",
    );
    expect(stdout).toMatch(/M00002: .*M00002\.mat: expected \d+ bytes .*, it has 1000\./);
    expect(stdout).toMatch(/M00003: .*M00003\.hea, line 1: expected the number of samples/);
    expect(stdout).toContain('the targets agree with "for"');
  });

  test("says when no record can be read", async () => {
    const data = join(folder, "none");
    await cp(join(folder, "broken"), data, {
      recursive: true,
      filter: (file) => !/M0000[14]|empty|short/.test(file),
    });
    const { code, stdout } = await program("--data", data);
    expect(code).toBe(1);
    expect(stdout).toContain("records: 0,");
    expect(stdout).toContain("failed: 3\n");
  });

  test("says when a folder has no records, or is none", async () => {
    const empty = await program("--data", join(folder, "out"));
    expect(empty.code).toBe(1);
    expect(empty.stderr).toMatch(/out: expected WFDB records, a \.hea and a \.mat file each/);
    const missing = await program("--data", join(folder, "missing"));
    expect(missing.code).toBe(1);
    expect(missing.stderr).toMatch(/^\S*missing: expected a folder of WFDB records, found none\.\n$/);
  });

  test("refuses a wrong option with a sentence and its usage", async () => {
    const { code, stdout, stderr } = await program("--record", "4");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^Unknown option '--record'/);
    expect(stderr).toContain("npm start -- [options]");
  });

  test("tells its usage", async () => {
    const { code, stdout } = await program("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("--records N");
  });

  test.skipIf(!existsSync(real))("analyses the six recordings of the challenge of 2017", async () => {
    const { code, stdout } = await program("--data", real);
    expect(code).toBe(0);
    expect(stdout).toContain('compared: 6 of 6 records; the targets agree with "for"');
    expect(stdout).toContain("checksums: 0 verified, 6 not recorded");
    expect(stdout).toMatch(/^A00013 .* other rhythm +lead turned over$/m);
  });
});
