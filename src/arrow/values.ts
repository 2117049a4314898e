import type { DataType } from "@uwdata/flechette";
import { dictionaryReader } from "./dictionary-reader.js";
import { nullTest, type Part } from "./ipc/part.js";
import { decimalAt, halfAt, timeAt } from "./ipc/scalars.js";
import { textReader } from "./ipc/text.js";
import type { Reader, Reads } from "./reading-values.js";
import { Type, typeName } from "./types.js";

// what objects take in V8, roughly
const bytesOfValue = 8;
const bytesOfObject = 32;

/**
 * Reads values of a column, checking what they point to as it goes: strings, booleans, numbers, bigints, dates, arrays
 * and plain objects.
 * @throws TypeError for a type that has no such values
 */
export function readerOf(type: DataType, part: Part, reads: Reads): Reader {
  const read = valuesOf(type, part, reads);
  if (part.nullCount === 0 || !part.validity?.length) return read;
  const isNull = nullTest(part);
  return (i) => (isNull(i) ? null : read(i));
}

function valuesOf(type: DataType, part: Part, reads: Reads): Reader {
  const { what, budget } = reads;
  const values = part.values!;
  const spend = reads.repeats ? (bytes: number) => budget.spend(bytes) : () => {};
  switch (type.typeId) {
    case Type.Null:
      return () => {
        budget.spend(bytesOfValue);
        return null;
      };
    case Type.Bool:
      return (i) => (((values[i >> 3] as number) >> (i & 7)) & 1) === 1;
    case Type.Int:
    case Type.Time:
    case Type.Duration:
      return (i) => values[i];
    case Type.Float:
      return type.precision === 0 ? (i) => halfAt(values as Uint16Array, i) : (i) => values[i];
    case Type.Decimal:
      return decimalAt(type, values, reads.exact, what);
    case Type.Date:
    case Type.Timestamp:
      return timeAt(type, values, what);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View: {
      const text = textReader(what);
      const bytes = bytesReader(type, part, what);
      const views = type.typeId === Type.Utf8View;
      return (i) => {
        const own = bytes(i);
        if (views || reads.repeats) budget.spend(bytesOfObject + own.length);
        return text(own, i);
      };
    }
    case Type.Binary:
    case Type.LargeBinary:
    case Type.BinaryView:
    case Type.FixedSizeBinary: {
      const bytes = bytesReader(type, part, what);
      const views = type.typeId === Type.BinaryView;
      return (i) => {
        const own = bytes(i);
        if (views || reads.repeats || own.length === 0)
          budget.spend(bytesOfObject + bytesOfValue * own.length);
        return Array.from(own);
      };
    }
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.FixedSizeList:
    case Type.Map: {
      const views = type.typeId === Type.ListView || type.typeId === Type.LargeListView;
      const ranges = rangesOf(type, part, part.children![0].length, what);
      const entry = entryReader(type, part, { ...reads, repeats: reads.repeats || views });
      return (i) => {
        const begin = ranges.begin(i);
        const end = ranges.end(i, begin);
        if (views || reads.repeats || begin === end)
          budget.spend(bytesOfObject + bytesOfValue * (end - begin));
        const all = new Array(end - begin);
        for (let at = begin; at < end; at++) all[at - begin] = entry(at);
        return all;
      };
    }
    case Type.Struct:
      return structReader(type, part, reads);
    case Type.Union:
      return unionReader(type, part, reads);
    case Type.RunEndEncoded: {
      const find = runReader(part, what);
      const value = readerOf(type.children[1].type, part.children![1], { ...reads, repeats: true });
      return (i) => {
        budget.spend(bytesOfValue);
        return value(find(i));
      };
    }
    case Type.Dictionary: {
      const place = placeReader(part, what);
      const entry = dictionaryReader(type.dictionary, part.dictionary, { ...reads, repeats: true }, readerOf);
      return (i) => {
        spend(bytesOfValue);
        return entry(place(i));
      };
    }
    default:
      throw new TypeError(
        `${what} has values that no component holds: leave it out with the option columns, or turn ${typeName(type)} ` +
          "into numbers or strings first.",
      );
  }
}

/** Where an entry of a list, or a key with its value, is read from. */
function entryReader(type: DataType, part: Part, reads: Reads): Reader {
  const child = (type as DataType & { typeId: 12 }).children[0].type;
  const own = part.children![0];
  if (type.typeId !== Type.Map) return readerOf(child, own, reads);
  if (own.nullCount > 0) throw brokenValue(reads.what, "it has null instead of a key and a value");
  const [key, value] = (child as DataType & { typeId: 13 }).children.map((each, at) =>
    readerOf(each.type, own.children![at], reads),
  );
  return (i) => {
    if (reads.repeats) reads.budget.spend(bytesOfObject + 2 * bytesOfValue);
    return [key(i), value(i)];
  };
}

function structReader(type: DataType & { typeId: 13 }, part: Part, reads: Reads): Reader {
  const names = type.children.map(({ name }) => name);
  const twice = new Set(names).size < names.length && names.find((name, at) => names.indexOf(name) < at);
  if (typeof twice === "string") {
    throw new TypeError(
      `${reads.what} has objects with two fields called "${twice}", of which one would be lost: rename one, or leave the ` +
        "column out with the option columns.",
    );
  }
  const fields = type.children.map((child, at) => readerOf(child.type, part.children![at], reads));
  // an ordinary property of this name would be lost, too
  const make = names.includes("__proto__")
    ? (i: number) => Object.fromEntries(names.map((name, at) => [name, fields[at](i)]))
    : (i: number) => {
        const object: Record<string, unknown> = {};
        for (let at = 0; at < names.length; at++) object[names[at]] = fields[at](i);
        return object;
      };
  return (i) => {
    if (reads.repeats || names.length === 0) reads.budget.spend(bytesOfObject + bytesOfValue * names.length);
    return make(i);
  };
}

function unionReader(type: DataType & { typeId: 14 }, part: Part, reads: Reads): Reader {
  const typeIds = part.typeIds!;
  const { offsets } = part;
  // many rows of a dense union may be one value
  const below = { ...reads, repeats: reads.repeats || !!offsets };
  const members = new Map(
    type.typeIds.map((id, at) => {
      const { length } = part.children![at];
      return [id, { length, read: readerOf(type.children[at].type, part.children![at], below) }];
    }),
  );
  return (i) => {
    const member = members.get(typeIds[i]);
    if (!member)
      throw brokenValue(
        reads.what,
        `value ${i} is of the member ${typeIds[i]}, which its union does not have`,
      );
    const at = offsets ? Number(offsets[i]) : i;
    if (at >= 0 && at < member.length) return member.read(at);
    throw brokenValue(reads.what, `value ${i} is at place ${at} of a member with ${member.length}`);
  };
}

/** The entry of the run that each value is in. */
export function runReader(part: Part, what: string): (i: number) => number {
  const [{ values, length: runs }, { length: entries }] = part.children!;
  const ends = Float64Array.from({ length: runs }, (_, run) => Number(values![run]));
  const odd = ends.findIndex((end, run) => !(end > (run === 0 ? 0 : ends[run - 1])));
  if (odd >= 0)
    throw brokenValue(what, `run ${odd} ends at ${ends[odd]}, which is not behind the run before`);
  if (part.length > (ends[runs - 1] ?? 0) || entries < runs) {
    throw brokenValue(
      what,
      `${part.length} values are in ${runs} runs with ${entries} values, up to ${ends[runs - 1] ?? 0}`,
    );
  }
  return (i) => {
    let [low, high] = [0, runs - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle] <= i) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** The place in the dictionary that each value has. */
export function placeReader({ values, dictionary }: Part, what: string): (i: number) => number {
  const entries = dictionary?.length ?? 0;
  const big = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return (i) => {
    const place = big ? Number(values[i]) : (values![i] as number);
    if (place >= 0 && place < entries) return place;
    throw brokenValue(
      what,
      dictionary
        ? `value ${i} is at place ${place} of a dictionary with ${entries}`
        : `value ${i} is in a dictionary that is not there`,
    );
  };
}

/** Where the entries of each row lie. To be asked for the beginning, then for the end. */
export interface Ranges {
  begin(i: number): number;
  /** @throws RangeError where they do not lie within all */
  end(i: number, begin: number): number;
}

/** @param entries how many there are in all */
export function rangesOf(type: DataType, { offsets, sizes }: Part, entries: number, what: string): Ranges {
  if (type.typeId === Type.FixedSizeList) {
    const { stride } = type;
    return { begin: (i) => i * stride, end: (_, begin) => begin + stride };
  }
  const begin =
    offsets instanceof Int32Array ? (i: number) => offsets[i] : (i: number) => Number(offsets![i]);
  const end = sizes ? (i: number, from: number) => from + Number(sizes[i]) : (i: number) => begin(i + 1);
  return {
    begin,
    end: (i, from) => {
      const to = end(i, from);
      if (from >= 0 && to >= from && to <= entries) return to;
      throw brokenValue(what, `row ${i} begins at entry ${from} and has ${to - from}, of ${entries} in all`);
    },
  };
}

function bytesReader(type: DataType, part: Part, what: string): (i: number) => Uint8Array {
  const values = part.values as Uint8Array;
  if (type.typeId === Type.FixedSizeBinary) {
    return (i) => values.subarray(i * type.stride, (i + 1) * type.stride);
  }
  if (type.typeId !== Type.Utf8View && type.typeId !== Type.BinaryView) {
    const ranges = rangesOf(type, part, values.length, what);
    return (i) => {
      const begin = ranges.begin(i);
      return values.subarray(begin, ranges.end(i, begin));
    };
  }
  const views = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return (i) => {
    const view = 16 * i;
    const length = views.getInt32(view, true);
    if (length >= 0 && length <= 12) return values.subarray(view + 4, view + 4 + length);
    const [buffer, begin] = [views.getInt32(view + 8, true), views.getInt32(view + 12, true)];
    const data = part.data![buffer];
    if (length >= 0 && begin >= 0 && begin + length <= (data?.length ?? -1)) {
      return data.subarray(begin, begin + length);
    }
    throw brokenValue(
      what,
      `value ${i} is ${length} bytes from byte ${begin} of buffer ${buffer}, which are not there`,
    );
  };
}

/** For values that contradict each other. */
export function brokenValue(what: string, why: string): RangeError {
  return new RangeError(`${what} is broken: ${why}.`);
}
