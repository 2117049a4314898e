import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("without @uwdata/flechette, Arrow says what to install, and nothing else needs it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nogil-"));
  try {
    cpSync(fileURLToPath(new URL("../../dist", import.meta.url)), join(folder, "dist"), { recursive: true });
    const { type, imports } = JSON.parse(
      readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
    );
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type, imports }));
    const program = join(folder, "program.js");
    writeFileSync(
      program,
      `import { fromArrow, toArrow } from "./dist/arrow/index.js";
      import { fromNpy, toNpy } from "./dist/npy/index.js";
      const said = [];
      for (const call of [() => toArrow({ x: [1] }), () => fromArrow(new Uint8Array(8))]) {
        await call().catch((error) => said.push(error.message));
      }
      console.log(JSON.stringify([...said, fromNpy(toNpy(["a"]))]));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 30_000 });
    const message =
      "Arrow needs the package @uwdata/flechette, which could not be loaded: npm install @uwdata/flechette@~2.6.0.";
    expect(JSON.parse(stdout)).toEqual([message, message, ["a"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
