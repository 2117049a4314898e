/** What a record's `.hea` file says, for records of one lead in format 16. */
export interface Header {
  readonly name: string;
  /** hertz */
  readonly fs: number;
  readonly samples: number;
  /** name of the signal file, in the header's folder */
  readonly file: string;
  /** bytes before the first sample */
  readonly offset: number;
  /** stored units in 1 mV */
  readonly gain: number;
  /** stored value of 0 mV */
  readonly baseline: number;
  /** 16-bit sum of the samples; 0 where none is recorded */
  readonly checksum: number;
  readonly lead: string;
}

/** Told the line number, from 1, of what is wrong, or 0 for the file as a whole. */
export type Complain = (line: number, problem: string) => never;

/** Gain of a header that states none, or 0: the WFDB library's default. */
const defaultGain = 200;

const unitsInMillivolt: Record<string, number> = { V: 0.001, mV: 1, uV: 1000 };

/**
 * Reads the text of a header. Comments and fields that the reader has no use for are skipped.
 * @param name the record that the file should describe
 */
export function parseHeader(text: string, name: string, complain: Complain): Header {
  const lines = text
    .split(/\r?\n/)
    .map((line, i) => ({ number: i + 1, fields: line.trim().split(/[ \t]+/) }))
    .filter(({ fields }) => fields[0] !== "" && !fields[0].startsWith("#"));
  if (lines.length === 0) complain(0, "expected a WFDB header, the file has no lines.");

  const [record, signal] = lines;
  const { fs, samples } = parseRecordLine(record.fields, name, (problem) => complain(record.number, problem));
  if (!signal) complain(0, "expected a line for the signal after the record line, there is none.");
  if (lines.length > 2) {
    complain(
      lines[2].number,
      `expected one signal, found ${lines.length - 1} lines: this reader takes one lead.`,
    );
  }
  return {
    name,
    fs,
    samples,
    ...parseSignalLine(signal.fields, (problem) => complain(signal.number, problem)),
  };
}

function parseRecordLine(fields: string[], name: string, complain: (problem: string) => never) {
  const [record, signals, frequency, samples] = fields;
  if (record.includes("/"))
    complain(`expected a record of one segment, found the segmented record "${record}".`);
  if (record !== name) complain(`expected the record "${name}", found "${record}".`);
  if (signals !== "1")
    complain(`expected the number of signals, 1, after the name, found ${quote(signals)}.`);
  // a counter frequency may follow after a slash
  const fs = Number((frequency ?? "").split("/")[0] || Number.NaN);
  if (!(fs > 0 && fs < Number.POSITIVE_INFINITY)) {
    complain(`expected the sampling frequency in Hz after the number of signals, found ${quote(frequency)}.`);
  }
  if (!isWhole(samples)) {
    complain(`expected the number of samples after the frequency, found ${quote(samples)}.`);
  }
  return { fs, samples: Number(samples) };
}

function parseSignalLine(fields: string[], complain: (problem: string) => never) {
  const [file, format, gain = "", , zero = "0", , sum = "0", , ...lead] = fields;
  if (/[/\\]/.test(file) || file === "..") {
    complain(`expected a signal file in the folder of the header, found "${file}".`);
  }

  const parts = /^16(?:\+(\d+))?$/.exec(format ?? "");
  if (!parts) complain(`expected format 16, "16+24" for a .mat file, found ${quote(format)}.`);

  const measure = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(gain);
  const unit = measure?.[3] ?? "mV";
  const scale = Object.hasOwn(unitsInMillivolt, unit) ? unitsInMillivolt[unit] : undefined;
  if (!measure || scale === undefined) {
    complain(`expected a gain in units per V, mV or uV, such as 1000/mV, found ${quote(gain)}.`);
  }
  if (!isInteger(zero)) complain(`expected the converter's zero, a whole number, found ${quote(zero)}.`);
  if (!isInteger(sum)) complain(`expected a checksum, a whole number, found ${quote(sum)}.`);

  return {
    file,
    offset: Number(parts[1] ?? 0),
    gain: (Number(measure[1] ?? 0) || defaultGain) * scale,
    baseline: Number(measure[2] ?? zero),
    // some writers state the sum without its sign
    checksum: (Number(sum) << 16) >> 16,
    lead: lead.join(" "),
  };
}

function isWhole(text: string | undefined): boolean {
  return /^\d+$/.test(text ?? "");
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

function quote(text: string | undefined): string {
  return text ? `"${text}"` : "nothing";
}
