import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { recordNames, referenceLabels } from "../../examples/ecg/records.js";
import { checksum, readRecord, toMillivolts } from "../../examples/ecg/wfdb.js";
import { writeRecord } from "../../examples/ecg/wfdb-writer.js";

let folder: string;
const samples = Int16Array.of(-127, 30_000, 30_000, 5, -32_768, 32_767);
const goodHeader = "rec 1 300 6\nrec.mat 16+24 1000/mV 16 0 -127 -5659 0 ECG\n";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nogil-test-"));
  await writeRecord(folder, "rec", { fs: 300, gain: 1000, samples });
});
afterEach(() => rm(folder, { recursive: true }));

const header = (text: string) => writeFile(join(folder, "rec.hea"), text);
const patch = async (offset: number, ...bytes: number[]) => {
  const file = await readFile(join(folder, "rec.mat"));
  file.set(bytes, offset);
  await writeFile(join(folder, "rec.mat"), file);
};

describe("a record", () => {
  test("is read as it was written, its checksum verified", async () => {
    const record = await readRecord(folder, "rec");
    expect(record).toMatchObject({ samples, verified: true });
    expect(record.header).toEqual({
      name: "rec",
      fs: 300,
      samples: 6,
      file: "rec.mat",
      offset: 24,
      gain: 1000,
      baseline: 0,
      checksum: -5659,
      lead: "ECG",
    });
    expect(await readFile(join(folder, "rec.hea"), "latin1")).toBe(goodHeader);
  });

  test("is in mV by its gain and its baseline, in whatever unit the gain is", async () => {
    const millivolts = Float32Array.from(samples, (sample) => (sample - 100) / 200);
    for (const gain of ["200(100)/mV", "0.2(100)/uV", "200000(100)/V", "200(100)", "0(100)", "2e2(100)/mV"]) {
      await header(`rec 1 300 6\nrec.mat 16+24 ${gain} 16 0 0 0\n`);
      expect(toMillivolts(await readRecord(folder, "rec"))).toEqual(millivolts);
    }
  });

  test("may have comments, carriage returns, tabs, a counter frequency, a date and a lead of several words", async () => {
    await header(
      "# made by hand\r\nrec 1\t300/1(0) 6 05:05:15 08/05/2014 \r\nrec.mat 16+24 1000/mV 16 0 0 59877 0 lead I \r\n#end",
    );
    const record = await readRecord(folder, "rec");
    expect(record.header).toMatchObject({ fs: 300, lead: "lead I" });
    expect(record.verified).toBe(true);
  });

  test("with a checksum of 0 counts as one without a checksum", async () => {
    await header("rec 1 300 6\nrec.mat 16+24 1000/mV 16 0 3 0 0 ECG\n");
    expect((await readRecord(folder, "rec")).verified).toBe(false);
  });

  test("without the MATLAB header, in plain format 16, is read too", async () => {
    await header("rec 1 300 6\nrec.dat 16 1000/mV 16 0 0 -5659 0 ECG\n");
    await writeFile(join(folder, "rec.dat"), Buffer.from(samples.buffer));
    expect(await readRecord(folder, "rec")).toMatchObject({ samples, verified: true });
  });

  test("may be empty", async () => {
    await writeRecord(folder, "none", { fs: 300, gain: 1000, samples: new Int16Array(0) });
    expect((await readRecord(folder, "none")).samples).toHaveLength(0);
  });
});

describe("a broken record is an error that names the file, what was expected and what came", () => {
  const headers: [string, string, RegExp][] = [
    ["an empty header", "", /rec\.hea: expected a WFDB header, the file has no lines/],
    ["only comments", "# nothing\n", /rec\.hea: expected a WFDB header/],
    ["no signal line", "rec 1 300 6\n", /rec\.hea: expected a line for the signal after the record line/],
    [
      "another record",
      "other 1 300 6\nrec.mat 16+24\n",
      /rec\.hea, line 1: expected the record "rec", found "other"/,
    ],
    [
      "several segments",
      "rec/2 1 300 6\nrec.mat 16+24\n",
      /line 1: expected a record of one segment, found the segmented record "rec\/2"/,
    ],
    [
      "two signals",
      "rec 2 300 6\nrec.mat 16+24\nrec.mat 16+24\n",
      /line 1: expected the number of signals, 1, after the name, found "2"/,
    ],
    [
      "an extra line",
      "rec 1 300 6\nrec.mat 16+24\nrec.mat 16+24\n",
      /line 3: expected one signal, found 2 lines/,
    ],
    [
      "no frequency",
      "rec 1\nrec.mat 16+24\n",
      /line 1: expected the sampling frequency in Hz .*, found nothing/,
    ],
    [
      "frequency 0",
      "rec 1 0 6\nrec.mat 16+24\n",
      /line 1: expected the sampling frequency in Hz .*, found "0"/,
    ],
    [
      "an odd frequency",
      "rec 1 fast 6\nrec.mat 16+24\n",
      /line 1: expected the sampling frequency in Hz .*, found "fast"/,
    ],
    [
      "no number of samples",
      "rec 1 300\nrec.mat 16+24\n",
      /line 1: expected the number of samples .*, found nothing/,
    ],
    [
      "a negative number of samples",
      "rec 1 300 -6\nrec.mat 16+24\n",
      /line 1: expected the number of samples .*, found "-6"/,
    ],
    [
      "another format",
      "# c\nrec 1 300 6\nrec.mat 212 1000/mV\n",
      /line 3: expected format 16, "16\+24" for a \.mat file, found "212"/,
    ],
    ["no format", "rec 1 300 6\nrec.mat\n", /line 2: expected format 16, .*, found nothing/],
    ["an odd gain", "rec 1 300 6\nrec.mat 16+24 much\n", /line 2: expected a gain .*1000\/mV, found "much"/],
    ["another unit", "rec 1 300 6\nrec.mat 16+24 10/mmHg\n", /line 2: expected a gain .*, found "10\/mmHg"/],
    [
      "an odd zero",
      "rec 1 300 6\nrec.mat 16+24 1000/mV 16 a\n",
      /line 2: expected the converter's zero, a whole number, found "a"/,
    ],
    [
      "an odd checksum",
      "rec 1 300 6\nrec.mat 16+24 1000/mV 16 0 0 0x1\n",
      /line 2: expected a checksum, a whole number, found "0x1"/,
    ],
    [
      "a signal file elsewhere",
      "rec 1 300 6\n../rec.mat 16+24\n",
      /line 2: expected a signal file in the folder of the header, found "\.\.\/rec\.mat"/,
    ],
    ["no signal file", "rec 1 300 6\nnone.mat 16+24\n", /none\.mat: expected a file, found none/],
    [
      "too few samples",
      "rec 1 300 7\nrec.mat 16+24\n",
      /rec\.mat: expected 38 bytes \(24 before the signal and 7 samples of 2\), it has 36/,
    ],
    [
      "another checksum",
      goodHeader.replace("5659", "5658"),
      /rec\.mat: expected samples with the checksum -5658 that rec\.hea states, their sum is -5659/,
    ],
  ];
  test.each(headers)("%s", async (_, text, message) => {
    await header(text);
    await expect(readRecord(folder, "rec")).rejects.toThrow(message);
    await expect(readRecord(folder, "rec")).rejects.toMatchObject({ name: "WfdbError" });
  });

  test("no header", async () => {
    await expect(readRecord(folder, "gone")).rejects.toThrow(/gone\.hea: expected a file, found none/);
  });

  test("one sample changed", async () => {
    await patch(30, 6);
    await expect(readRecord(folder, "rec")).rejects.toThrow(/expected samples with the checksum -5659/);
  });

  const matrices: [string, number, number[], RegExp][] = [
    ["a type that is not 16-bit", 0, [0], /expected type 30 .* in the MATLAB 4 header, found 0/],
    ["two rows", 4, [2], /expected rows 1 .*, found 2/],
    ["another number of columns", 8, [7], /expected columns 6 .*, found 7/],
    ["complex numbers", 12, [1], /expected imaginary part 0 .*, found 1/],
    ["another length of the name", 16, [3], /expected length of the name 4 .*, found 3/],
    ["another name", 20, [0x78], /expected the matrix "val" .*, found "xal/],
  ];
  test.each(matrices)("a matrix with %s", async (_, offset, bytes, message) => {
    await patch(offset, ...bytes);
    await expect(readRecord(folder, "rec")).rejects.toThrow(message);
  });
});

describe("a folder", () => {
  test("lists its records in order", async () => {
    await writeRecord(folder, "a", { fs: 300, gain: 1000, samples });
    expect(await recordNames(folder)).toEqual(["a", "rec"]);
  });

  test("without records is an error", async () => {
    await rm(join(folder, "rec.hea"));
    await expect(recordNames(folder)).rejects.toThrow(
      /expected WFDB records.*none of its 1 files ends in \.hea/,
    );
  });

  test("that does not exist is an error", async () => {
    await expect(recordNames(join(folder, "none"))).rejects.toThrow(
      /none: expected a folder of WFDB records/,
    );
  });

  test("has the classes of REFERENCE.csv", async () => {
    await writeFile(join(folder, "REFERENCE.csv"), "rec,N\r\n\r\na,A\n");
    expect([...(await referenceLabels(folder))]).toEqual([
      ["rec", "N"],
      ["a", "A"],
    ]);
  });

  test("without REFERENCE.csv has no classes", async () => {
    expect([...(await referenceLabels(folder))]).toEqual([]);
  });

  test("with a REFERENCE.csv of another shape is an error naming the line", async () => {
    await writeFile(join(folder, "REFERENCE.csv"), "rec,N\nrec\n");
    await expect(referenceLabels(folder)).rejects.toThrow(
      /REFERENCE\.csv, line 2: expected a name and a class/,
    );
  });
});

test("a checksum is the sum of the samples as a signed 16-bit number", () => {
  expect(checksum(Int16Array.of(32_767, 1))).toBe(-32_768);
  expect(checksum(Int16Array.of(-32_768, -1))).toBe(32_767);
  expect(checksum(new Int16Array(0))).toBe(0);
});

const real = fileURLToPath(new URL("../../../shared/data/physionet2017", import.meta.url));
test.skipIf(!existsSync(real))(
  "recordings of the challenge of 2017 are read, and state no checksum",
  async () => {
    const names = await recordNames(real);
    const records = await Promise.all(names.map((name) => readRecord(real, name)));
    expect(records.map(({ samples, verified, header }) => [header.name, samples.length, verified])).toEqual([
      ["A00001", 9000, false],
      ["A00002", 9000, false],
      ["A00004", 9000, false],
      ["A00005", 18_000, false],
      ["A00008", 18_000, false],
      ["A00013", 9000, false],
    ]);
  },
);
