import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSourceMap } from "../../dist/abi/source-map.js";
import { readAsConfig } from "../../dist/compiler/build/asconfig.js";
import { hash } from "../../dist/compiler/build/build-record.js";
import type { Target } from "../fuzz/target.js";

const folder = mkdtempSync(join(tmpdir(), "nogil-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "base.json"), '{ "options": { "converge": true } }');
const config = {
  extends: "./base.json",
  targets: { release: { optimizeLevel: 2, use: ["a=b"], enable: ["simd"] } },
  options: { lib: ["lib"], disable: "threads", pedantic: true, outFile: "x.wasm" },
};
const map = new Uint8Array(readFileSync(new URL("../fixtures/build/kernels.wasm.map", import.meta.url)));
const whole = JSON.parse(Buffer.from(map).toString());
const read = ({ version, mappings, names, sources, sourceRoot, x_nogil }: any) => {
  return { version, mappings, names, sources, sourceRoot, x_nogil };
};
const known =
  /^(optimize|optimizeLevel|shrinkLevel|converge|use|lib|path|enable|disable|runPasses|pedantic|disableWarning|noColors|stats)$/;

/** What a build reads besides its sources: `asconfig.json`, and the map that has its record. */
export const target: Target = {
  seeds: { config: new Uint8Array(Buffer.from(JSON.stringify(config))), map },
  tokens: [
    ...[
      "null",
      "5",
      "[]",
      "{}",
      '"x"',
      "true",
      '"\\u0000"',
      '""',
      "/dev/zero",
      "..",
      "..base.json",
      "nowhere",
    ],
    ...[
      '"transform": "none",',
      '"extends": 5,',
      '"options": [],',
      '"targets": null,',
      '"__proto__": {},',
      ",",
    ],
  ],
  refusals: /(asconfig|base)\.json( |: )|^[^\n]* (is not a file: expected one|cannot be read \()/,
  async read(bytes, seed) {
    if (seed.startsWith("map")) return parseSourceMap(bytes, hash);
    writeFileSync(join(folder, "asconfig.json"), bytes);
    return readAsConfig(folder).options;
  },
  check(value, _, seed) {
    if (!seed.startsWith("map")) {
      for (const name of Object.keys(value as object)) assert.match(name, known);
      return;
    }
    // the text of the sources, which it does not read, may be another
    if (value !== undefined) assert.deepEqual(read(value), read(whole));
  },
};
