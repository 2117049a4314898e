import type { DataType, Field } from "@uwdata/flechette";
import { Type } from "../types.js";
import { Body, type Codec, type Decoding, type Place } from "./body.js";
import { broken } from "./broken.js";
import type { Budget } from "./budget.js";
import { countPlaces, decodePart, type Origin } from "./decode-part.js";
import type { Framed } from "./framing.js";
import type { Message, Records } from "./message.js";
import type { Part, Parts } from "./part.js";
import { dictionariesIn, type Schema } from "./schema.js";

/** The rows of one record batch. */
export interface RowGroup {
  readonly rows: number;
  /** decoded when it is asked for */
  column(at: number): Part;
}

interface Encoded {
  readonly message: Message & { readonly records: Records };
  readonly body: Uint8Array;
}

/** A dictionary as a record batch has it: of its messages, which may become more, so many. */
interface Dictionary {
  readonly messages: Encoded[];
  readonly count: number;
}

type Dictionaries = ReadonlyMap<bigint, Dictionary>;

/** What was decoded of the messages of a dictionary so far. */
interface Decoded {
  readonly messages: Encoded[];
  /** the dictionaries that its values are in */
  readonly from: readonly (Dictionary | undefined)[];
  readonly data: Part[];
  /** values up to each part */
  readonly ends: number[];
}

// what a part of a dictionary takes, roughly
const bytesOfPart = 64;

/** Arrow data of one schema, message after message. A record batch has the dictionaries that there are when it comes. */
export class Reading {
  readonly schema: Schema;
  readonly #decoding: Decoding;
  readonly #isFile: boolean;
  readonly #dictionaries = new Map<bigint, Dictionary>();
  readonly #decoded = new Map<bigint, Decoded>();

  /** @param isFile whether a dictionary comes once, as in a file, and not again with other values */
  constructor(schema: Schema, codec: (id: number) => Codec, budget: Budget, isFile: boolean) {
    this.schema = schema;
    this.#decoding = { bigEndian: schema.bigEndian, codec, budget };
    this.#isFile = isFile;
  }

  get budget(): Budget {
    return this.#decoding.budget;
  }

  /** @returns the rows of a record batch; undefined for a dictionary, which is kept */
  take({ message, body }: Pick<Framed, "message" | "body">, budget = this.budget): RowGroup | undefined {
    if (message.kind === "schema") throw broken("it has a second schema, which is another one");
    if (message.kind === "dictionary") {
      this.#keep(message, body);
      return undefined;
    }
    const { fields } = this.schema;
    const { records, version } = message;
    const begins = checkCounts(fields, records, version, "a record batch");
    fields.forEach(({ name }, i) => {
      const { length } = records.nodes[begins[i].node];
      if (length === records.rows) return;
      throw broken(`its column "${name}" has ${length} rows, in a record batch of ${records.rows}`);
    });
    if (!fields.some(({ type }) => hasBytes(type))) budget.spend(8 * records.rows);
    const decoding = { ...this.#decoding, budget };
    const dictionaries = new Map(this.#dictionaries);
    return {
      rows: records.rows,
      column: (at) => {
        const { name, type } = fields[at];
        const own = new Body(records, body, decoding, begins[at]);
        return decodePart(type, this.#origin(own, version, `the column "${name}"`, dictionaries));
      },
    };
  }

  #keep(message: Message & { kind: "dictionary" }, body: Uint8Array): void {
    const { id, isDelta } = message;
    const before = this.#dictionaries.get(id);
    if (!this.schema.dictionaries.has(id)) throw broken(`there is a dictionary ${id}, which no column has`);
    if (isDelta && !before) throw broken(`its dictionary ${id} is continued before it begins`);
    if (!isDelta && before && this.#isFile) {
      throw broken(
        `its dictionary ${id} comes twice, and a file has one for all its rows: dictionaries that are replaced are ` +
          "for streams",
      );
    }
    const messages = isDelta ? before!.messages : [];
    messages.push({ message, body });
    this.#dictionaries.set(id, { messages, count: messages.length });
  }

  #origin(body: Body, version: number, what: string, dictionaries: Dictionaries): Origin {
    return { body, version, what, dictionary: (id) => this.#dictionary(id, dictionaries) };
  }

  #dictionary(id: bigint, dictionaries: Dictionaries): Parts | undefined {
    const own = dictionaries.get(id);
    if (!own) return undefined;
    const { messages, count } = own;
    const from = this.#beneath(id)
      .slice(1)
      .map((each) => dictionaries.get(each));
    let decoded = this.#decoded.get(id);
    if (decoded?.messages !== messages || from.some((each, i) => each !== decoded!.from[i])) {
      decoded = { messages, from, data: [], ends: [] };
      this.#decoded.set(id, decoded);
    }
    const { data, ends } = decoded;
    if (from.length > 0) this.budget.spend(bytesOfPart * (count - data.length));
    while (data.length < count) {
      const part = this.#decode(id, messages[data.length], dictionaries);
      ends.push((ends.at(-1) ?? 0) + part.length);
      data.push(part);
    }
    return { length: ends[count - 1], nullCount: 0, data, ends };
  }

  #decode(id: bigint, { message, body }: Encoded, dictionaries: Dictionaries): Part {
    const type = this.schema.dictionaries.get(id)!;
    const what = `the dictionary ${id}`;
    const { records, version } = message;
    const [begin] = checkCounts([{ type }], records, version, what);
    const { length } = records.nodes[begin.node];
    if (length !== records.rows) throw broken(`${what} has ${length} values, and says ${records.rows}`);
    const own = new Body(records, body, this.#decoding, begin);
    return decodePart(type, this.#origin(own, version, what, dictionaries));
  }

  #beneath(id: bigint, all: bigint[] = []): readonly bigint[] {
    if (all.includes(id)) return all;
    all.push(id);
    for (const next of dictionariesIn(this.schema.dictionaries.get(id)!)) this.#beneath(next, all);
    return all;
  }
}

/** @returns where each column begins */
function checkCounts(
  fields: readonly Pick<Field, "type">[],
  { nodes, buffers, variadic }: Records,
  version: number,
  what: string,
): readonly Place[] {
  const next: Place = { node: 0, buffer: 0, views: 0 };
  const begins = fields.map(({ type }) => {
    const begin = { ...next };
    const views = next.views;
    countPlaces(type, version, next);
    for (let i = views; i < next.views; i++) next.buffer += variadic[i] ?? 0;
    return begin;
  });
  const check = (has: number, expected: number, of: string) => {
    if (has !== expected) throw broken(`${what} has ${has} ${of}, expected ${expected} for its columns`);
  };
  check(nodes.length, next.node, "columns and parts of columns");
  check(variadic.length, next.views, "columns of views");
  check(buffers.length, next.buffer, "buffers");
  return begins;
}

/** Whether each value takes a part of the bytes. */
function hasBytes(type: DataType): boolean {
  switch (type.typeId) {
    case Type.Null:
    case Type.RunEndEncoded:
      return false;
    case Type.FixedSizeBinary:
      return type.stride > 0;
    case Type.FixedSizeList:
      return type.stride > 0 && hasBytes(type.children[0].type);
    case Type.Struct:
      return type.children.some((child) => hasBytes(child.type));
    default:
      return true;
  }
}
