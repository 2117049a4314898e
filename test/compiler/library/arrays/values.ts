import fc from "fast-check";
import { type Argument, classes, type Row } from "./both.js";

type ClassName = keyof typeof classes;

/** A type of elements, and its typed array. */
export interface ElementType {
  readonly name: string;
  readonly array: string;
  /** that of kernels' parameters: there are no clamped rows */
  readonly row: ClassName;
  readonly scalar: string;
  readonly isBig: boolean;
  readonly isFloat: boolean;
  readonly extremes: readonly Argument[];
  readonly any: fc.Arbitrary<Argument>;
}

const floats = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, 0.1, 254.5, 255.5, 127.5, -128.5, 65535.5, 1e-300, -5e-324],
  ...[2 ** 31, -(2 ** 31) - 1, 2 ** 32 - 0.5, 2 ** 32 + 3, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 84 + 2 ** 33],
  ...[1e300, -1e300, Number.MAX_VALUE, Infinity, -Infinity, Number.NaN],
];

function integers(bits: number, signed: boolean): bigint[] {
  const end = 1n << BigInt(bits);
  const values = [0n, 1n, 2n, 127n, 128n, 254n, 255n, end / 2n - 1n, end / 2n, end - 2n, end - 1n];
  return [...new Set(values.map((value) => (signed ? BigInt.asIntN(bits, value) : value)))];
}

function integer(scalar: string, array: string, row = array as ClassName): ElementType {
  const bits = Number(scalar.slice(1));
  const isBig = bits === 64;
  const own = (value: bigint): Argument => (isBig ? value : Number(value));
  const signed = scalar[0] === "i";
  const [min, max] = signed
    ? [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n]
    : [0n, (1n << BigInt(bits)) - 1n];
  const extremes = integers(bits, signed).map(own);
  const any = fc.oneof(fc.constantFrom(...extremes), fc.bigInt({ min, max }).map(own));
  const name = array === "Uint8ClampedArray" ? "clamped" : scalar;
  return { name, array, row, scalar, isBig, isFloat: false, extremes, any };
}

function float(scalar: string, array: ClassName): ElementType {
  const extremes = scalar === "f32" ? floats.map(Math.fround) : floats;
  const any = fc.oneof(fc.constantFrom(...extremes), scalar === "f32" ? fc.float() : fc.double());
  return { name: scalar, array, row: array, scalar, isBig: false, isFloat: true, extremes, any };
}

export const elementTypes: readonly ElementType[] = [
  integer("i8", "Int8Array"),
  integer("u8", "Uint8Array"),
  integer("u8", "Uint8ClampedArray", "Uint8Array"),
  integer("i16", "Int16Array"),
  integer("u16", "Uint16Array"),
  integer("i32", "Int32Array"),
  integer("u32", "Uint32Array"),
  integer("i64", "Int64Array"),
  integer("u64", "Uint64Array"),
  float("f32", "Float32Array"),
  float("f64", "Float64Array"),
];

export const rowOf = ({ row }: ElementType, values: readonly Argument[]): Row =>
  (classes[row] as any).from(values);

/** NaN with a sign, which only its bits tell. */
export function negativeNaN(row: Row, at: number): Row {
  if (row instanceof Float64Array) new BigUint64Array(row.buffer)[at] = 0xfff8000000000001n;
  if (row instanceof Float32Array) new Uint32Array(row.buffer)[at] = 0xffc00001;
  return row;
}

export const indices = [-(2 ** 31), -(2 ** 31) + 1, -7, -6, -5, -4, -1, 0, 1, 2, 4, 5, 6, 9, 2 ** 31 - 1];
export const anyIndex = fc.oneof(fc.constantFrom(...indices), fc.integer({ min: -12, max: 12 }));

/** Rows of no, one, two, five elements, and one of all extremes, with a NaN with a sign. */
export function extremeRows(type: ElementType): Row[] {
  const { extremes } = type;
  const all = rowOf(type, [...extremes, extremes[1], extremes[0]]);
  return [
    ...[0, 1, 2, 5].map((length) => rowOf(type, extremes.slice(0, length))),
    negativeNaN(all, extremes.length),
  ];
}

export const anyRow = (type: ElementType, maxLength = 12): fc.Arbitrary<Row> =>
  fc.array(type.any, { maxLength }).map((values) => rowOf(type, values));
