// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
// data begins at a multiple of this, as NumPy writes it
const alignment = 64;
// what plain arrays need is far less, and NumPy itself has no more dimensions
const mostHeaderBytes = 1 << 16;
const mostDimensions = 64;
const mostItems = 2 ** 32 - 1;

export interface Header {
  /** as NumPy writes it: `<f8`, `|b1`, `<U5` */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** where the elements begin */
  readonly dataAt: number;
}

/** @throws TypeError for bytes that are not an .npy file, and for structured dtypes; RangeError for a file that is cut off */
export function readHeader(bytes: Uint8Array): Header {
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    throw new TypeError(
      "The bytes are not an .npy file: they do not begin with \\x93NUMPY. An .npz file is a zip of such.",
    );
  }
  if (bytes.length < 8) throw cutOff(bytes.length, "its version");
  const [major, minor] = bytes.subarray(6);
  if (![1, 2, 3].includes(major) || minor !== 0) {
    throw new TypeError(`The .npy file is of version ${major}.${minor}: expected 1.0, 2.0 or 3.0.`);
  }
  const textAt = major === 1 ? 10 : 12;
  if (bytes.length < textAt) throw cutOff(bytes.length, "the length of its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataAt = textAt + length;
  if (bytes.length < dataAt) throw cutOff(bytes.length, `its header, which ends at byte ${dataAt}`);
  // not every decoder takes shared memory
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(
    bytes.slice(textAt, textAt + Math.min(length, mostHeaderBytes)),
  );
  return { ...parse(text, length > mostHeaderBytes), dataAt };
}

export function writeHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // a newline ends the header, spaces fill it up
  const length = Math.ceil((10 + text.length + 1) / alignment) * alignment;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}

// an entry of a Python dict
const entry =
  /\s*(['"])(descr|fortran_order|shape)\1\s*:\s*('[^'\\]*'|"[^"\\]*"|True|False|\([^()]*\))\s*(?:,|(?=\}))/y;
const beginnings = { descr: /^['"]/, fortran_order: /^[TF]/, shape: /^\(/ };

/** Reads a Python dict of a string, a bool and a tuple of whole numbers, and nothing else. */
function parse(text: string, tooLong: boolean): Omit<Header, "dataAt"> {
  if (/['"]descr['"]\s*:\s*\[/.test(text)) {
    throw new TypeError(
      "The .npy file has a structured dtype, which is not a column: save each of its fields by itself.",
    );
  }
  const found: Partial<Record<keyof typeof beginnings, string>> = {};
  let at = /^\s*\{/.exec(text)?.[0].length ?? text.length;
  for (;;) {
    entry.lastIndex = at;
    const [whole, , name, value] = entry.exec(text) ?? [];
    if (whole === undefined) break;
    const key = name as keyof typeof beginnings;
    if (key in found || !beginnings[key].test(value)) break;
    found[key] = value;
    at += whole.length;
  }
  const { descr, fortran_order: order, shape } = found;
  const odd = /[^\x20-\x7e\t\r\n]/.test(text);
  if (!descr || !order || !shape || odd || tooLong || !/^\s*\}\s*$/.test(text.slice(at))) {
    throw new TypeError(
      "The .npy file's header is broken: expected a dict of descr, fortran_order and shape" +
        `${tooLong ? ` in ${mostHeaderBytes} bytes at most` : ""}, got ${shownText(text)}.`,
    );
  }
  return { descr: descr.slice(1, -1), fortranOrder: order === "True", shape: shapeOf(shape) };
}

function shapeOf(tuple: string): number[] {
  // a comma ends the one of one dimension, Python 2 wrote 3L
  const sizes = tuple.slice(1, -1).trim().replace(/,$/, "");
  const shape = sizes === "" ? [] : sizes.split(",").map((size) => size.trim().replace(/(?<=\d)L$/, ""));
  const one = shape.length === 1 && !/,\s*\)$/.test(tuple);
  const none = shape.length === 0 && tuple.includes(",");
  const odd = shape.find((size) => !/^(0|[1-9]\d*)$/.test(size));
  if (one || none || odd !== undefined) {
    throw new TypeError(
      `The .npy file's header is broken: its shape takes whole numbers from 0, got ${shownText(tuple)}.`,
    );
  }
  const large = shape.find((size) => Number(size) > mostItems);
  if (large !== undefined) {
    throw new RangeError(
      `The .npy file has the shape ${shownText(tuple)}: a column has ${mostItems} at most in a dimension.`,
    );
  }
  if (shape.length > mostDimensions) {
    throw new RangeError(
      `The .npy file has ${shape.length} dimensions: NumPy's arrays have ${mostDimensions} at most.`,
    );
  }
  return shape.map(Number);
}

/** Text of a file as errors show it: its beginning, and nothing that a terminal would take for a command. */
export function shownText(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 120)}…` : text.trimEnd();
  return /^[\x20-\x7e…]*$/.test(short) ? short : JSON.stringify(short);
}

export function cutOff(bytes: number, before: string): RangeError {
  return new RangeError(`The .npy file is cut off: it has ${bytes} bytes and ends before ${before}.`);
}
