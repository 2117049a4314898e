import type { Column as ArrowColumn, DataType } from "@uwdata/flechette";
import { type DenseColumn, uncleared } from "../columns/dense.js";
import { kindOf } from "../columns/from-values.js";
import { Type, typeName } from "./types.js";

/**
 * The place of each string of a column among the categories; -1 for null, and for what is none of them. A dictionary's
 * strings are looked up once each, however many rows have them.
 * @throws TypeError when the column has no strings
 */
export function categoryCodes(
  type: DataType,
  column: ArrowColumn<any>,
  categories: readonly string[],
  what: string,
): DenseColumn<"i32"> {
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
  for (const batch of column.data) {
    if (type.typeId === Type.Dictionary && "key" in batch && "cache" in batch) {
      const { values: keys, cache } = batch as unknown as { values: ArrayLike<number>; cache: unknown[] };
      const codes = Int32Array.from(cache, (value) => places.get(value) ?? -1);
      const anyNull = batch.nullCount > 0;
      for (let i = 0; i < batch.length; i++) {
        values[next++] = anyNull && !batch.isValid(i) ? -1 : codes[Number(keys[i])];
      }
    } else {
      for (let i = 0; i < batch.length; i++) values[next++] = places.get(batch.at(i)) ?? -1;
    }
  }
  return made;
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
