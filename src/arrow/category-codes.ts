import type { DataType } from "@uwdata/flechette";
import { kindOf } from "../base/kind-of.js";
import { type DenseColumn, uncleared } from "../columns/dense.js";
import { dictionaryReader } from "./dictionary-reader.js";
import { nullTest, type Part, type Parts } from "./ipc/part.js";
import type { Reads } from "./reading-values.js";
import { Type, typeName } from "./types.js";
import { placeReader, readerOf } from "./values.js";

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
    const into = values.subarray(next, next + part.length);
    if (type.typeId === Type.Dictionary) fillByPlace(into, strings, part, places, reads);
    else {
      const read = readerOf(type, part, reads);
      for (let i = 0; i < part.length; i++) into[i] = places.get(read(i)) ?? -1;
    }
    next += part.length;
  }
  return made;
}

function fillByPlace(
  into: Int32Array,
  strings: DataType,
  part: Part,
  places: ReadonlyMap<unknown, number>,
  reads: Reads,
): void {
  const entry = dictionaryReader(strings, part.dictionary, reads, readerOf);
  const codeOf = (place: number) => places.get(entry(place)) ?? -1;
  const [isNull, placeAt] = [nullTest(part), placeReader(part, reads.what)];
  const entries = part.dictionary?.length ?? 0;
  // each string once, where there are more rows than strings
  const codes =
    entries <= part.length ? Int32Array.from({ length: entries }, (_, i) => codeOf(i)) : undefined;
  for (let i = 0; i < part.length; i++) {
    if (isNull(i)) into[i] = -1;
    else into[i] = codes ? codes[placeAt(i)] : codeOf(placeAt(i));
  }
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
