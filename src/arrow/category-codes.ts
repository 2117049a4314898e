import type { DataType } from "@uwdata/flechette";
import { type DenseColumn, uncleared } from "../columns/dense.js";
import { kindOf } from "../columns/from-values.js";
import { dictionaryReader } from "./dictionary-reader.js";
import { isNull, type Part, type Parts } from "./ipc/part.js";
import { Type, typeName } from "./types.js";
import { placeReader, type Reads, readerOf } from "./values.js";

/**
 * The place of each string of a column among the categories; -1 for null, and for what is none of them. A dictionary's
 * strings are looked up once each, however many rows have them.
 * @throws TypeError when the column has no strings
 */
export function categoryCodes(
  type: DataType,
  column: Parts,
  categories: readonly string[],
  reads: Reads,
): DenseColumn<"i32"> {
  const { what } = reads;
  const places = placesOf(categories, what);
  const strings = type.typeId === Type.Dictionary ? type.dictionary : type;
  // a column of nulls alone may have no other type
  const stringTypes: readonly number[] = [Type.Utf8, Type.LargeUtf8, Type.Utf8View, Type.Null];
  if (!stringTypes.includes(strings.typeId)) {
    throw new TypeError(`${what} has no strings, so it cannot be read as categories: ${typeName(type)}.`);
  }
  const made = uncleared("i32", [column.length]);
  const { values } = made;
  let next = 0;
  for (const part of column.data) {
    const code =
      type.typeId === Type.Dictionary
        ? codesOf(strings, part, places, reads)
        : placesBy(readerOf(type, part, reads), places);
    for (let i = 0; i < part.length; i++) values[next++] = code(i);
  }
  return made;
}

type Codes = (i: number) => number;

const placesBy =
  (read: (i: number) => unknown, places: ReadonlyMap<unknown, number>): Codes =>
  (i) =>
    places.get(read(i)) ?? -1;

function codesOf(strings: DataType, part: Part, places: ReadonlyMap<unknown, number>, reads: Reads): Codes {
  const entry = placesBy(dictionaryReader(strings, part.dictionary, reads), places);
  const place = placeReader(part, reads.what);
  const entries = part.dictionary?.length ?? 0;
  if (entries > part.length) return (i) => (isNull(part, i) ? -1 : entry(place(i)));
  const codes = Int32Array.from({ length: entries }, (_, i) => entry(i));
  return (i) => (isNull(part, i) ? -1 : codes[place(i)]);
}

function placesOf(categories: unknown, what: string): Map<unknown, number> {
  if (!Array.isArray(categories) || categories.findIndex((each) => typeof each !== "string") >= 0) {
    throw new TypeError(
      `${what} is read as categories, which are strings in an array, got ${kindOf(categories)}.`,
    );
  }
  const places = new Map<unknown, number>(categories.map((category, place) => [category, place]));
  if (places.size === categories.length) return places;
  const twice = categories.find((category, i) => categories.indexOf(category) !== i);
  throw new TypeError(`${what} is read as categories, of which ${JSON.stringify(twice)} is named twice.`);
}
