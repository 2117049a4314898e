// The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
// data begins at a multiple of this, as NumPy writes it
const alignment = 64;

export interface Header {
  /** as NumPy writes it: `<f8`, `|b1`, `<U5` */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** where the elements begin */
  readonly dataAt: number;
}

/** @throws TypeError for bytes that are no .npy file, and for structured dtypes */
export function readHeader(bytes: Uint8Array): Header {
  if (!magic.every((byte, i) => bytes[i] === byte)) {
    throw new TypeError(
      "The bytes are no .npy file: they do not begin with \\x93NUMPY. An .npz file is a zip of such.",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6];
  if (![1, 2, 3].includes(major)) {
    throw new TypeError(`The .npy file is of version ${major}.${bytes[7]}: expected 1.0, 2.0 or 3.0.`);
  }
  const textAt = major === 1 ? 10 : 12;
  if (bytes.length < textAt) throw cutOff();
  const dataAt = textAt + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < dataAt) throw cutOff();
  // not every decoder takes shared memory
  const text = new TextDecoder(major === 3 ? "utf-8" : "latin1").decode(bytes.slice(textAt, dataAt));
  return { ...parse(text), dataAt };
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

// a Python dict of a string or a list, a bool and a tuple of whole numbers
function parse(text: string): Omit<Header, "dataAt"> {
  const value = (key: string, pattern: string) =>
    new RegExp(`['"]${key}['"]\\s*:\\s*(${pattern})`).exec(text)?.[1];
  const descr = value("descr", `'[^']*'|"[^"]*"|\\[`);
  const order = value("fortran_order", "True|False");
  const tuple = value("shape", "\\([^)]*\\)");
  if (!descr || !order || !tuple) {
    throw new TypeError(
      `The .npy file's header is broken: expected descr, fortran_order and shape, got ${text.trim()}.`,
    );
  }
  if (descr === "[") {
    throw new TypeError(
      "The .npy file has a structured dtype, which is no column: save each of its fields by itself.",
    );
  }
  // Python 2 wrote 3L
  if (!/^\((\s*\d+L?\s*,)*(\s*\d+L?)?\s*\)$/.test(tuple)) {
    throw new TypeError(
      `The .npy file's header is broken: its shape takes whole numbers from 0, got ${tuple}.`,
    );
  }
  const shape = (tuple.match(/\d+/g) ?? []).map(Number);
  return { descr: descr.slice(1, -1), fortranOrder: order === "True", shape };
}

export function cutOff(): RangeError {
  return new RangeError("The .npy file is cut off: it has fewer bytes than its header says.");
}
