import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Header, parseHeader } from "./wfdb-header.js";

/**
 * Records in the WFDB format, as PhysioNet's 2017 challenge publishes them: one lead in a text header `NAME.hea` and a
 * signal file of format 16, little-endian 16-bit samples, after the 24 bytes of a MATLAB 4 header.
 * Sources: header(5) and signal(5) of the WFDB Applications Guide; "Level 4 MAT-file format", MathWorks.
 */
export interface WfdbRecord {
  readonly header: Header;
  /** as stored; (sample - baseline) / gain is in mV */
  readonly samples: Int16Array;
  /** the header records a checksum, and it is the sum of these samples */
  readonly verified: boolean;
}

/** What a record is found to be when its files do not say what they should. */
export class WfdbError extends Error {
  override name = "WfdbError";
  constructor(
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
  }
}

const matlabHeaderBytes = 24;
const matlabInt16 = 30;
// headers of one lead have some hundred bytes
const mostHeaderBytes = 1 << 16;

/**
 * Reads record `name` of a folder and verifies its length and its checksum.
 *
 * A checksum of 0 counts as not recorded: the challenge's headers have 0 throughout. The initial value is not
 * compared, since published headers differ from their signals there.
 * @throws WfdbError naming the file, what was expected and what came
 */
export async function readRecord(folder: string, name: string): Promise<WfdbRecord> {
  const headerFile = join(folder, `${name}.hea`);
  const headerBytes = await read(headerFile, (bytes) => {
    if (bytes <= mostHeaderBytes) return;
    throw new WfdbError(
      headerFile,
      `expected a header of ${mostHeaderBytes} bytes at most, it has ${bytes}.`,
    );
  });
  const header = parseHeader(headerBytes.toString("latin1"), name, (line, problem) => {
    throw new WfdbError(line ? `${headerFile}, line ${line}` : headerFile, problem);
  });
  const file = join(folder, header.file);
  const samples = decode(file, await read(file, (bytes) => checkSize(file, bytes, header)), header);
  const sum = checksum(samples);
  if (header.checksum !== 0 && header.checksum !== sum) {
    throw new WfdbError(
      file,
      `expected samples with the checksum ${header.checksum} that ${name}.hea states, their sum is ${sum}: ` +
        "the file was changed or damaged, copy it again.",
    );
  }
  return { header, samples, verified: header.checksum !== 0 };
}

/** The signal in mV. */
export function toMillivolts({ header, samples }: WfdbRecord): Float32Array {
  const { baseline, gain } = header;
  const signal = new Float32Array(samples.length);
  for (let i = 0; i < signal.length; i++) signal[i] = (samples[i] - baseline) / gain;
  return signal;
}

/** Sum of all samples modulo 65536, as a signed 16-bit number. */
export function checksum(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum = (sum + sample) | 0;
  return (sum << 16) >> 16;
}

/** A file's bytes, if it is a file, and of the size that it should have. */
async function read(file: string, checkBytes: (bytes: number) => void): Promise<Buffer> {
  try {
    const found = await stat(file);
    // of pipes and devices there is no end
    if (!found.isFile()) throw new WfdbError(file, "expected a file, it is something else.");
    checkBytes(found.size);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof WfdbError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "found none." : `it cannot be read (${code}).`;
    throw new WfdbError(file, `expected a file, ${problem}`, { cause });
  }
}

function checkSize(file: string, bytes: number, header: Header): void {
  const expected = header.offset + 2 * header.samples;
  if (bytes === expected) return;
  throw new WfdbError(
    file,
    `expected ${expected} bytes (${header.offset} before the signal and ${header.samples} samples of 2), ` +
      `it has ${bytes}.`,
  );
}

function decode(file: string, bytes: Buffer, header: Header): Int16Array {
  // it may have changed since
  checkSize(file, bytes.length, header);
  if (header.offset === matlabHeaderBytes) checkMatlabHeader(file, bytes, header);
  const samples = new Int16Array(header.samples);
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(header.offset + 2 * i);
  return samples;
}

function checkMatlabHeader(file: string, bytes: Buffer, header: Header): void {
  const fields = [
    ["type", matlabInt16, "16-bit little-endian matrix"],
    ["rows", 1, "one lead"],
    ["columns", header.samples, "samples in the header"],
    ["imaginary part", 0, "none"],
    ["length of the name", 4, "name of the matrix"],
  ] as const;
  fields.forEach(([field, expected, meaning], i) => {
    const found = bytes.readInt32LE(4 * i);
    if (found !== expected) {
      throw new WfdbError(
        file,
        `expected ${field} ${expected} (${meaning}) in the MATLAB 4 header, found ${found}.`,
      );
    }
  });
  const name = bytes.toString("latin1", 20, matlabHeaderBytes);
  if (name !== "val\0") {
    throw new WfdbError(
      file,
      `expected the matrix "val" in the MATLAB 4 header, found ${JSON.stringify(name)}.`,
    );
  }
}
