import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack, unpack } from "../../examples/ecg/codec.js";
import { modelRecording } from "../../examples/ecg/model.js";
import { readRecord, toMillivolts, type WfdbRecord } from "../../examples/ecg/wfdb.js";
import { writeRecord } from "../../examples/ecg/wfdb-writer.js";
import type { Target } from "../fuzz/target.js";

const folder = mkdtempSync(join(tmpdir(), "nogil-fuzz-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const file = (extension: string) => join(folder, `rec.${extension}`);

const { samples: all, ...rest } = modelRecording(1);
const samples = all.slice(0, 900);
await writeRecord(folder, "rec", { ...rest, samples });
const whole = {
  hea: new Uint8Array(readFileSync(file("hea"))),
  mat: new Uint8Array(readFileSync(file("mat"))),
};
const text = Buffer.from(whole.hea).toString();
const windows = Float32Array.from(samples, (sample) => Math.fround(sample / 1024));
const packed = pack(windows, { width: 9 });
const unpacked = unpack(packed);

type Read = WfdbRecord | ReturnType<typeof unpack>;

/** Headers and signals of records, each beside a whole one of the other, and packed windows. */
export const target: Target<Read> = {
  seeds: {
    hea: whole.hea,
    "hea without a checksum": Buffer.from(text.replace(/(16 0 \S+) \S+/, "$1 0")),
    "hea with all there is": Buffer.from(
      `# c\r\n${text.replace("/mV", "(12)/mV").replace(" 300 ", " 300/1(0) ")}#`,
    ),
    mat: whole.mat,
    packed,
  },
  tokens: [
    ...[
      "4000000000",
      "9007199254740993",
      "1e400",
      "1e-400",
      "-1",
      "0x10",
      "+",
      "9".repeat(300),
      "4294967295",
    ],
    ...[
      "..",
      "/",
      "\0",
      ".",
      "rec.hea",
      "none.mat",
      "\n",
      "\r",
      "#",
      " ",
      "16+4000000000",
      "(",
      ")/V",
      "NGW2",
    ],
  ],
  refusals: /^\/[^\n]*: expected |^Expected /,
  read(bytes, seed) {
    if (seed.startsWith("packed")) return unpack(bytes);
    const damaged = seed.startsWith("hea") ? "hea" : "mat";
    writeFileSync(file(damaged), bytes);
    writeFileSync(file(damaged === "hea" ? "mat" : "hea"), whole[damaged === "hea" ? "mat" : "hea"]);
    return readRecord(folder, "rec");
  },
  check(value) {
    if ("windows" in value) {
      assert.deepEqual(value, unpacked);
      return;
    }
    // of a header only what it says of other things than the samples can be another
    const { header } = value;
    assert.ok(header.fs > 0 && Number.isFinite(header.fs) && header.gain > 0 && Number.isFinite(header.gain));
    assert.ok(toMillivolts(value).every(Number.isFinite));
    assert.ok(value.samples.length === header.samples);
    if (value.verified || header.offset === 24) assert.deepEqual(value.samples, samples);
  },
};
