import type { Dtype } from "../abi/dtype.js";
import { shownText } from "./header.js";

/** What the elements of a file are. */
export interface Type {
  /** as NumPy has it: `f`, `U` */
  readonly kind: string;
  /** of one element */
  readonly bytes: number;
  /** big-endian */
  readonly swapped: boolean;
  /** of the column; absent for strings. Where it has more bytes than an element, that is a half float. */
  readonly dtype?: Dtype;
}

const units = /^\[\d*(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\]$/;

/** The type that a header states, `<f8`. @throws TypeError for what is not a column */
export function typeOf(descr: string): Type {
  const [, order, kind = "", digits = "0", unit] =
    /^([<>|=]?)([a-zA-Z])(0|[1-9]\d{0,9})?(\[[^[\]]*\])?$/.exec(descr) ?? [];
  const size = Number(digits);
  const bytes = kind === "U" ? 4 * size : size;
  const dtype = dtypeOf(kind, size);
  const isDate = kind === "M" || kind === "m";
  const isKnown = dtype !== undefined || kind === "U" || kind === "S";
  if (isKnown && (unit === undefined || (isDate && units.test(unit)))) {
    return { kind, bytes, swapped: order === ">", dtype };
  }
  throw new TypeError(
    `The .npy file has dtype ${shownText(descr)}, which is not a column: expected integers, floats of 2, 4 or 8 bytes, ` +
      "booleans, datetimes or strings.",
  );
}

function dtypeOf(kind: string, bytes: number): Dtype | undefined {
  if (kind === "b" && bytes === 1) return "u8";
  if ((kind === "i" || kind === "u") && [1, 2, 4, 8].includes(bytes)) return `${kind}${8 * bytes}` as Dtype;
  if ((kind === "M" || kind === "m") && bytes === 8) return "i64";
  if (kind === "f" && (bytes === 2 || bytes === 4)) return "f32";
  return kind === "f" && bytes === 8 ? "f64" : undefined;
}
