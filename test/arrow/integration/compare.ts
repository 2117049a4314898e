import { Batch } from "nogil";
import { fromArrow, readArrow } from "nogil/arrow";
import { Decimal, type JsonField, type JsonFile, jsonValues, Time } from "./json.js";

/** What became of one column, or of a whole file: read like its JSON, refused with an error of ours, or neither. */
export interface Outcome {
  readonly name: string;
  readonly got: "equal" | "refused" | "failed";
  readonly why?: string;
}

type Read = (options: object) => Promise<Record<string, any>>;

class Rows extends Batch<any, any> {}

/** How Arrow data is read, and what of each way has to be equal. */
export function waysToRead(path: string, bytes: Uint8Array): Record<string, Read> {
  return {
    fromArrow: (options) => fromArrow(bytes, options),
    load: async (options) => (await Rows.load(path, options)).data,
    readArrow: async (options) => {
      const all: Record<string, any>[] = [];
      for await (const batch of readArrow(path, Rows, options)) all.push(batch.data);
      return joined(all);
    },
  };
}

// as one list of values for each column, whichever kinds the batches had
function joined(all: readonly Record<string, any>[]): Record<string, any> {
  const names = new Set(all.flatMap(Object.keys));
  return Object.fromEntries([...names].map((name) => [name, all.flatMap((data) => plainItems(data[name]))]));
}

/** Reads each column of Arrow data by itself, and compares it with what the JSON has. */
export async function compare(read: Read, json: JsonFile): Promise<Outcome[]> {
  const { fields } = json.schema;
  const outcomes: Outcome[] = [];
  for (const [at, field] of fields.entries()) {
    const values = json.batches.flatMap(({ columns }) => jsonValues(field, columns[at], json));
    outcomes.push({ name: field.name, ...(await compareColumn(read, field, values)) });
  }
  return outcomes;
}

async function compareColumn(
  read: Read,
  { name, type }: JsonField,
  values: readonly unknown[],
): Promise<Omit<Outcome, "name">> {
  try {
    const options: { columns: string[]; dtypes?: object } = { columns: [name] };
    const errorOf = (own: object) => read({ ...options, ...own }).then(() => "", messageOf);
    const error = await errorOf({});
    if (error.includes("has a null at row") && !values.some(hasNull)) {
      return { got: "failed", why: `${error} There is none.` };
    }
    let why: string | undefined;
    if ((await errorOf({ nulls: 0 })).includes("f64 does not hold exactly")) {
      // a decimal is near one, then
      options.dtypes = { [name]: "f64" };
      why = "decimals rounded, as asked for";
    }
    const [zeros, ones] = [await read({ ...options, nulls: 0 }), await read({ ...options, nulls: 1 })];
    const [a, b] = [plainItems(zeros[name] ?? []), plainItems(ones[name] ?? [])];
    if (a.length !== values.length)
      return { got: "failed", why: `${a.length} rows, expected ${values.length}` };
    const isColumn = !Array.isArray(zeros[name]) || !a.some((value) => value === null);
    for (const [row, value] of values.entries()) {
      if (agrees(value, a[row], 0, isColumn) && agrees(value, b[row], 1, isColumn)) continue;
      return { got: "failed", why: `row ${row} (${type.name}): ${shown(a[row])}, expected ${shown(value)}` };
    }
    return { got: "equal", why };
  } catch (error) {
    return refusedOrFailed(messageOf(error));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Errors that say what is wrong with a file, and for which of its parts. */
const refusals = [/is not supported\.$/, /^Two columns are called/, /has objects with two fields/];
const columnRefusals = [/has values that no component holds/, /a time that a Date does not hold/];
const codecRefusal = /^The Arrow data is compressed with \w+, and there is no decoder yet/;

function refusedOrFailed(message: string): Omit<Outcome, "name"> {
  // behind the path of a file
  const own = message.replace(/^\/.*?: (?=The |Two )/, "");
  const known = [...refusals, ...columnRefusals, codecRefusal].some((each) => each.test(own));
  return { got: known ? "refused" : "failed", why: own };
}

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  return Array.isArray(value) && value.some(hasNull);
}

/** @param fill what nulls became @param isColumn whether null can be no value */
function agrees(expected: unknown, got: unknown, fill: number, isColumn: boolean): boolean {
  if (expected === null) {
    if (got === null) return true;
    if (!isColumn) return false;
    // a null list is empty, or its elements are all filled
    return Array.isArray(got) ? got.every((each) => agrees(null, each, fill, true)) : Number(got) === fill;
  }
  if (expected instanceof Decimal) return Number(`${expected.unscaled}e${-expected.scale}`) === got;
  if (expected instanceof Time) {
    return got instanceof Date
      ? got.getTime() === Number(expected.count) / expected.perMs
      : BigInt(got as number) === expected.count;
  }
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((each, i) => agrees(each, got[i], fill, isColumn))
    );
  }
  if (typeof expected === "object" && typeof got === "object" && got !== null && expected !== null) {
    const [names, own] = [Object.keys(expected), Object.keys(got)];
    return (
      names.join() === own.join() &&
      names.every((name) => agrees((expected as any)[name], (got as any)[name], fill, false))
    );
  }
  return Object.is(expected, got) || (expected === 0 && got === 0);
}

/** The items of a component as numbers and arrays of them. */
export function plainItems(component: any): unknown[] {
  if (Array.isArray(component)) return component;
  return Array.from({ length: component.length }, (_, i) => {
    const item = component.at(i);
    return ArrayBuffer.isView(item) ? shaped([...(item as any)], component.shapeAt(i)) : item;
  });
}

function shaped(values: unknown[], shape: readonly number[]): unknown[] {
  if (shape.length <= 1) return values;
  const [count, ...rest] = shape;
  const size = rest.reduce((all, each) => all * each, 1);
  return Array.from({ length: count }, (_, i) => shaped(values.slice(i * size, (i + 1) * size), rest));
}

const shown = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${each}n` : each))?.slice(0, 200) ??
  "nothing";
