// the format of Arrow's integration tests (https://arrow.apache.org/docs/format/Integration.html)

export interface JsonField {
  readonly name: string;
  readonly type: { readonly name: string; readonly [property: string]: any };
  readonly children?: readonly JsonField[];
  readonly dictionary?: { readonly id: number };
}

export interface JsonColumn {
  readonly count: number;
  readonly VALIDITY?: readonly number[];
  readonly DATA?: readonly any[];
  readonly OFFSET?: readonly (number | string)[];
  readonly SIZE?: readonly (number | string)[];
  readonly TYPE_ID?: readonly number[];
  readonly VIEWS?: readonly any[];
  readonly VARIADIC_DATA_BUFFERS?: readonly string[];
  readonly children?: readonly JsonColumn[];
}

interface JsonRows {
  readonly count: number;
  readonly columns: readonly JsonColumn[];
}

export interface JsonFile {
  readonly schema: { readonly fields: readonly JsonField[] };
  readonly batches: readonly JsonRows[];
  readonly dictionaries?: readonly { readonly id: number; readonly data: JsonRows }[];
}

/** An unscaled decimal. */
export class Decimal {
  constructor(
    readonly unscaled: string,
    readonly scale: number,
  ) {}
}

/** A count of a unit of time since 1970, for which nested values have a Date. */
export class Time {
  constructor(
    readonly count: bigint,
    readonly perMs: number,
  ) {}
}

/** Values of a column, with null where it says so; undefined where it says nothing of them. */
export function jsonValues(field: JsonField, column: JsonColumn, file: JsonFile): unknown[] {
  const value = field.dictionary ? codedReader(field, column, file) : valueReader(field, column, file);
  const hasNulls = !["union", "runendencoded"].includes(field.type.name) || field.dictionary;
  return Array.from({ length: column.count }, (_, i) =>
    hasNulls && column.VALIDITY?.[i] === 0 ? null : value(i),
  );
}

function codedReader(field: JsonField, column: JsonColumn, file: JsonFile): (i: number) => unknown {
  const { id } = field.dictionary!;
  const dictionary = file.dictionaries?.find((each) => each.id === id);
  const plain = { ...field, dictionary: undefined };
  const values = dictionary ? jsonValues(plain, dictionary.data.columns[0], file) : [];
  return (i) => values[Number(column.DATA![i])];
}

function valueReader(field: JsonField, column: JsonColumn, file: JsonFile): (i: number) => unknown {
  const { type, children = [] } = field;
  const { DATA = [], OFFSET = [] } = column;
  const child = (at: number) => jsonValues(children[at], column.children![at], file);
  switch (type.name) {
    case "null":
      return () => null;
    case "bool":
      return (i) => Boolean(DATA[i]);
    case "int":
    case "time":
    case "duration":
      return (i) => (type.bitWidth === 64 || type.name === "duration" ? BigInt(DATA[i]) : Number(DATA[i]));
    case "floatingpoint":
      return (i) => (type.precision === "SINGLE" ? Math.fround(DATA[i]) : Number(DATA[i]));
    case "decimal":
      return (i) => new Decimal(String(DATA[i]), type.scale);
    case "date":
      return (i) => new Time(BigInt(DATA[i]), type.unit === "DAY" ? 1 / 86_400_000 : 1);
    case "timestamp": {
      const perMs = { SECOND: 1e-3, MILLISECOND: 1, MICROSECOND: 1e3, NANOSECOND: 1e6 }[type.unit as string]!;
      return (i) => new Time(BigInt(DATA[i]), perMs);
    }
    case "interval":
      return (i) => DATA[i];
    case "utf8":
    case "largeutf8":
      return (i) => DATA[i];
    case "binary":
    case "largebinary":
    case "fixedsizebinary":
      return (i) => bytesOf(DATA[i]);
    case "utf8view":
    case "binaryview":
      return (i) => viewed(column, i, type.name === "utf8view");
    case "list":
    case "largelist": {
      const values = child(0);
      return (i) => values.slice(Number(OFFSET[i]), Number(OFFSET[i + 1]));
    }
    case "listview":
    case "largelistview": {
      const values = child(0);
      return (i) => values.slice(Number(OFFSET[i]), Number(OFFSET[i]) + Number(column.SIZE![i]));
    }
    case "fixedsizelist": {
      const values = child(0);
      return (i) => values.slice(i * type.listSize, (i + 1) * type.listSize);
    }
    case "map": {
      const entries = child(0) as Record<string, unknown>[];
      return (i) =>
        entries.slice(Number(OFFSET[i]), Number(OFFSET[i + 1])).map((entry) => Object.values(entry));
    }
    case "struct": {
      const values = children.map((_, at) => child(at));
      return (i) => Object.fromEntries(children.map(({ name }, at) => [name, values[at][i]]));
    }
    case "union": {
      const values = children.map((_, at) => child(at));
      return (i) =>
        values[type.typeIds.indexOf(column.TYPE_ID![i])][OFFSET.length > 0 ? Number(OFFSET[i]) : i];
    }
    case "runendencoded": {
      const [ends, values] = [child(0), child(1)];
      return (i) => values[ends.findIndex((end) => Number(end) > i)];
    }
    default:
      throw new Error(`There is a column of ${type.name}, of which this program does not know the values.`);
  }
}

const bytesOf = (hex: string): number[] => [...Buffer.from(hex, "hex")];

function viewed({ VIEWS, VARIADIC_DATA_BUFFERS }: JsonColumn, i: number, isText: boolean): unknown {
  const { SIZE, INLINED, BUFFER_INDEX, OFFSET } = VIEWS![i];
  if (INLINED !== undefined) return isText ? INLINED : bytesOf(INLINED);
  const bytes = bytesOf(VARIADIC_DATA_BUFFERS![BUFFER_INDEX]).slice(OFFSET, OFFSET + SIZE);
  return isText ? Buffer.from(bytes).toString() : bytes;
}
