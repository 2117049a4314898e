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
  /** dictionaries that came before it, of any id */
  readonly since: number;
}

/** What was decoded of the messages of a dictionary so far. */
interface Decoded {
  readonly messages: Encoded[];
  /** the dictionaries that its values are in */
  readonly from: readonly (Dictionary | undefined)[];
  /** when these were looked up last */
  asOf: number;
  readonly data: Part[];
  /** values up to each part */
  readonly ends: number[];
}

// what a part of a dictionary takes, roughly, and what looking one up does
const bytesOfPart = 256;
const bytesOfLook = 8;

/** Arrow data of one schema, message after message. A record batch has the dictionaries that there are when it comes. */
export class Reading {
  readonly schema: Schema;
  readonly #decoding: Decoding;
  readonly #isFile: boolean;
  /** by id, all that there were one after another: record batches may be many, and each has those of its time */
  readonly #dictionaries = new Map<bigint, Dictionary[]>();
  #came = 0;
  readonly #below = new Map<bigint, ReadonlySet<bigint>>();
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
    const decoding = budget === this.budget ? this.#decoding : { ...this.#decoding, budget };
    const asOf = this.#came;
    return {
      rows: records.rows,
      column: (at) => {
        const { name, type } = fields[at];
        const own = new Body(records, body, decoding, begins[at]);
        return decodePart(type, this.#origin(own, version, `the column "${name}"`, asOf));
      },
    };
  }

  #keep(message: Message & { kind: "dictionary" }, body: Uint8Array): void {
    const { id, isDelta } = message;
    const all = this.#dictionaries.get(id) ?? [];
    const before = all.at(-1);
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
    all.push({ messages, count: messages.length, since: this.#came++ });
    this.#dictionaries.set(id, all);
  }

  #origin(body: Body, version: number, what: string, asOf: number): Origin {
    return { body, version, what, dictionary: (id) => this.#dictionary(id, asOf) };
  }

  /** The dictionary of an id when so many had come. */
  #dictionaryAt(id: bigint, asOf: number): Dictionary | undefined {
    const all = this.#dictionaries.get(id) ?? [];
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].since < asOf) low = middle + 1;
      else high = middle;
    }
    return all[low - 1];
  }

  #dictionary(id: bigint, asOf: number): Parts | undefined {
    const own = this.#dictionaryAt(id, asOf);
    if (!own) return undefined;
    const { messages, count } = own;
    const decoded = this.#decodedAt(id, messages, asOf);
    const { from, data, ends } = decoded;
    if (from.length > 0) this.budget.spend(bytesOfPart * from.length * (count - data.length));
    while (data.length < count) {
      const part = this.#decode(id, messages[data.length], asOf);
      ends.push((ends.at(-1) ?? 0) + part.length);
      data.push(part);
    }
    return { length: ends[count - 1], nullCount: 0, data, ends };
  }

  #decodedAt(id: bigint, messages: Encoded[], asOf: number): Decoded {
    const before = this.#decoded.get(id);
    const isSame = before?.messages === messages;
    if (isSame && before.asOf === asOf) return before;
    const below = this.#beneath(id);
    this.budget.spend(bytesOfLook * below.size);
    const from = Array.from(below, (each) => this.#dictionaryAt(each, asOf));
    if (isSame && from.every((each, i) => each === before.from[i])) {
      before.asOf = asOf;
      return before;
    }
    const made: Decoded = { messages, from, asOf, data: [], ends: [] };
    this.#decoded.set(id, made);
    return made;
  }

  #decode(id: bigint, { message, body }: Encoded, asOf: number): Part {
    const type = this.schema.dictionaries.get(id)!;
    const what = `the dictionary ${id}`;
    const { records, version } = message;
    const [begin] = checkCounts([{ type }], records, version, what);
    const { length } = records.nodes[begin.node];
    if (length !== records.rows) throw broken(`${what} has ${length} values, and says ${records.rows}`);
    const own = new Body(records, body, this.#decoding, begin);
    return decodePart(type, this.#origin(own, version, what, asOf));
  }

  /** The dictionaries that the values of one are in, and those that their values are in. */
  #beneath(id: bigint): ReadonlySet<bigint> {
    const known = this.#below.get(id);
    if (known) return known;
    const all = new Set<bigint>();
    this.#below.set(id, all);
    for (const next of dictionariesIn(this.schema.dictionaries.get(id)!)) {
      all.add(next);
      for (const each of this.#beneath(next)) all.add(each);
    }
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
