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

const decimal = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

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
  if (!signal) complain(0, "expected a line for the signal after the record line, found none.");
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
    complain(`expected a record of one segment, found the segmented record ${quote(record)}.`);
  if (record !== name) complain(`expected the record "${name}", found ${quote(record)}.`);
  if (signals !== "1")
    complain(`expected the number of signals, 1, after the name, found ${quote(signals)}.`);
  // a counter frequency may follow after a slash
  const [hertz] = (frequency ?? "").split("/");
  const fs = decimal.test(hertz) ? Number(hertz) : Number.NaN;
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
  if (/[/\\\0]/.test(file) || file === "." || file === "..") {
    complain(`expected a signal file in the folder of the header, found ${quote(file)}.`);
  }

  const parts = /^16(?:\+(\d+))?$/.exec(format ?? "");
  if (!parts) complain(`expected format 16, "16+24" for a .mat file, found ${quote(format)}.`);

  const measure = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)?(?:\((-?\d+)\))?(?:\/(\S+))?$/.exec(gain);
  const unit = measure?.[3] ?? "mV";
  const stated = Number(measure?.[1] ?? 0);
  // a gain that is not stated is 0, and one too small for a number is not
  const isGain =
    Number.isFinite(stated) && (stated > 0 || !/[1-9]/.test((measure?.[1] ?? "").split(/[eE]/)[0]));
  const scale = Object.hasOwn(unitsInMillivolt, unit) ? unitsInMillivolt[unit] : undefined;
  if (!measure || scale === undefined || !isGain) {
    complain(`expected a gain in units per V, mV or uV, such as 1000/mV, found ${quote(gain)}.`);
  }
  const baseline = measure[2] ?? zero;
  if (!isInteger(zero)) complain(`expected the converter's zero, a whole number, found ${quote(zero)}.`);
  if (!isInteger(baseline)) complain(`expected a baseline of 32 bits, found ${quote(baseline)}.`);
  if (!isInteger(sum, 2 ** 16)) complain(`expected a checksum, a whole number, found ${quote(sum)}.`);
  const offset = Number(parts[1] ?? 0);
  if (!Number.isSafeInteger(offset)) complain(`expected a signal within the file, found ${quote(format)}.`);

  return {
    file,
    offset,
    gain: (stated || defaultGain) * scale,
    baseline: Number(baseline),
    // some writers state the sum without its sign
    checksum: (Number(sum) << 16) >> 16,
    lead: lead.join(" "),
  };
}

function isWhole(text: string | undefined): boolean {
  return /^\d+$/.test(text ?? "") && Number(text) < 2 ** 31;
}

function isInteger(text: string, below = 2 ** 31): boolean {
  return /^[+-]?\d+$/.test(text) && Math.abs(Number(text)) < below;
}

function quote(text: string | undefined): string {
  if (!text) return "nothing";
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
