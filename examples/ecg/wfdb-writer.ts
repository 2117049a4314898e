import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checksum } from "./wfdb.js";

export interface Recording {
  /** hertz */
  readonly fs: number;
  /** stored units in 1 mV */
  readonly gain: number;
  readonly samples: Int16Array;
}

/**
 * Writes a record of one lead as `NAME.hea` and `NAME.mat`, as `readRecord` reads it.
 *
 * The checksum is the true one. One signal in 65,536 sums to 0; its record then looks as if none were recorded, which
 * the format has no way to avoid.
 */
export async function writeRecord(
  folder: string,
  name: string,
  { fs, gain, samples }: Recording,
): Promise<void> {
  const header =
    `${name} 1 ${fs} ${samples.length}\n` +
    `${name}.mat 16+24 ${gain}/mV 16 0 ${samples[0] ?? 0} ${checksum(samples)} 0 ECG\n`;

  const matrix = Buffer.alloc(24 + 2 * samples.length);
  // a MATLAB 4 matrix: type, rows, columns, no imaginary part, length of the name, name
  [30, 1, samples.length, 0, 4].forEach((field, i) => {
    matrix.writeInt32LE(field, 4 * i);
  });
  matrix.write("val\0", 20, "latin1");
  for (let i = 0; i < samples.length; i++) matrix.writeInt16LE(samples[i], 24 + 2 * i);

  await Promise.all([
    writeFile(join(folder, `${name}.hea`), header),
    writeFile(join(folder, `${name}.mat`), matrix),
  ]);
}
