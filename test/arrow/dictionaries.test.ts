import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  columnFromArray,
  dictionary,
  int32,
  list,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import * as apache from "apache-arrow";
import { Batch } from "nogil";
import { fromArrow, readArrow, toArrow } from "nogil/arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileOf, type Piece, piecesOf, streamOf } from "./pieces.js";

class Rows extends Batch<any, any> {}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nogil-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The words of all rows, the same whichever way they are read. */
async function wordsOf(bytes: Uint8Array): Promise<unknown[]> {
  const { word } = await fromArrow<{ word: unknown[] }>(bytes);
  const path = join(folder, "words.arrow");
  writeFileSync(path, bytes);
  expect((await Rows.load(path)).data.word).toEqual(word);
  const read: unknown[] = [];
  for await (const { data } of readArrow(path, Rows)) read.push(...data.word);
  expect(read).toEqual(word);
  return word;
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const path = join(folder, "words.arrow");
  writeFileSync(path, bytes);
  const error = (given: Promise<unknown>) =>
    given.then(
      () => "read",
      ({ message }: Error) => message,
    );
  const message = await error(fromArrow(bytes));
  const readAll = async () => {
    for await (const batch of readArrow(path, Rows)) batch.dispose();
  };
  expect(await error(readAll())).toBe(`${path}: ${message}`);
  expect(await error(Rows.load(path))).toBe(`${path}: ${message}`);
  return message;
}

/** A schema, and for each list of words a dictionary and a record batch that has them all once. */
function messages(...dictionaries: string[][]): { schema: Piece; words: Piece[]; rows: Piece[] } {
  const all = dictionaries.map((words) => piecesOf(codedStream([words])));
  return { schema: all[0][0], words: all.map(([, words]) => words), rows: all.map(([, , rows]) => rows) };
}

/** The message that continues a dictionary. */
function continuation(words: string[]): Piece {
  const [, , more] = piecesOf(codedStream([["…"], words]));
  expect(more.message).toMatchObject({ kind: "dictionary", isDelta: true });
  return more;
}

/** A stream with a dictionary in so many messages, of which all but the first continue it, and a record batch of all. */
function codedStream(chunks: string[][]): Uint8Array {
  const [first, ...rest] = chunks.map((words) => apache.vectorFromArray(words, new apache.Utf8()));
  const type = new apache.Dictionary(new apache.Utf8(), new apache.Int32(), 5);
  const length = chunks.flat().length;
  const coded = apache.makeData({
    type,
    length,
    nullCount: 0,
    data: Int32Array.from({ length }, (_, i) => i),
    dictionary: first.concat(...rest),
  } as any);
  return apache.tableToIPC(new apache.Table({ word: new apache.Vector([coded]) }), "stream");
}

const rowsOfNull = async (): Promise<Piece[]> => {
  const types = { word: dictionary(utf8()) };
  return piecesOf(await toArrow({ word: [null, null] }, { types }));
};

describe("a dictionary", () => {
  test("may come again with other values, in a stream", async () => {
    const { schema, words, rows } = messages(["a", "b"], ["c", "d", "e"]);
    const stream = streamOf([schema, words[0], rows[0], words[1], rows[1], rows[1], words[0], rows[0]]);
    expect(await wordsOf(stream)).toEqual(["a", "b", "c", "d", "e", "c", "d", "e", "a", "b"]);
    const parts = [schema, words[0], rows[0], words[1], rows[1]].map(({ bytes }) => bytes);
    expect(await fromArrow(parts)).toEqual({ word: ["a", "b", "c", "d", "e"] });
  });

  test("comes once in a file, wherever it stands there", async () => {
    const { schema, words, rows } = messages(["a", "b"], ["c", "d"]);
    expect(await wordsOf(fileOf([schema, rows[0], words[0], rows[0]]))).toEqual(["a", "b", "a", "b"]);
    expect(await refusal(fileOf([schema, words[0], rows[0], words[1], rows[1]]))).toBe(
      "The Arrow data is broken: its dictionary 5 comes twice, and a file has one for all its rows: dictionaries that are " +
        "replaced are for streams.",
    );
  });

  test("may be continued, in a stream and in a file", async () => {
    const { schema, words, rows } = messages(["a", "b"], ["1"], ["1", "2", "3"]);
    const more = continuation(["c"]);
    expect(await wordsOf(streamOf([schema, words[0], rows[0], more, rows[2], rows[1]]))).toEqual([
      "a",
      "b",
      "a",
      "b",
      "c",
      "a",
    ]);
    expect(await wordsOf(fileOf([schema, words[0], rows[0], rows[2], more]))).toEqual([
      "a",
      "b",
      "a",
      "b",
      "c",
    ]);
    expect(await refusal(streamOf([schema, more, rows[0]]))).toBe(
      "The Arrow data is broken: its dictionary 5 is continued before it begins.",
    );
    expect(await refusal(streamOf([schema, words[0], rows[2], more]))).toBe(
      'The column "word" (Dictionary<Utf8>) is broken: value 2 is at place 2 of a dictionary with 2.',
    );
  });

  test("may be absent, or come late, where all is null", async () => {
    const [schema, words, rows] = await rowsOfNull();
    expect(words.message.kind).toBe("dictionary");
    for (const bytes of [
      streamOf([schema, rows]),
      fileOf([schema, rows]),
      streamOf([schema, rows, words, rows]),
    ]) {
      expect(new Set(await wordsOf(bytes))).toEqual(new Set([null]));
    }
    const some = messages(["a"]);
    for (const pieces of [
      [some.schema, some.rows[0]],
      [some.schema, some.rows[0], some.words[0]],
    ]) {
      expect(await refusal(streamOf(pieces))).toBe(
        'The column "word" (Dictionary<Utf8>) is broken: value 0 is in a dictionary that is not there.',
      );
    }
  });

  test("may be empty", async () => {
    const [schema, words, rows] = await rowsOfNull();
    expect(words.message).toMatchObject({ records: { rows: 0 } });
    expect(await wordsOf(streamOf([schema, words, rows]))).toEqual([null, null]);
    const { fields } = apache.tableFromIPC(streamOf([schema])).schema;
    const none = apache.tableToIPC(new apache.Table(new apache.Schema(fields), []), "file");
    expect(await fromArrow(none)).toEqual({ word: [] });
  });

  test("may be read as categories, whichever dictionary each record batch has", async () => {
    const { schema, words, rows } = messages(["a", "b"], ["c", "a"]);
    const stream = streamOf([schema, words[0], rows[0], words[1], rows[1]]);
    const { word } = await fromArrow<{ word: any }>(stream, { categories: { word: ["c", "b", "a"] } });
    expect([...word.values]).toEqual([2, 1, 0, 2]);
  });

  test("within lists has its own values, too", async () => {
    const { Dictionary, Field, List, Utf8 } = apache;
    const type = new List(new Field("item", new Dictionary(new Utf8(), new apache.Int8()), true));
    const words = apache.vectorFromArray([["a", "b"], null, ["b"]], type);
    for (const format of ["stream", "file"] as const) {
      const bytes = apache.tableToIPC(new apache.Table({ word: words }), format);
      expect(await wordsOf(bytes)).toEqual([["a", "b"], null, ["b"]]);
    }
  });

  test("that no column has is refused", async () => {
    const { words } = messages(["a"]);
    const plain = piecesOf(
      tableToIPC(tableFromColumns({ word: columnFromArray(["x"], utf8()) }), { format: "stream" })!,
    );
    expect(await refusal(streamOf([plain[0], words[0], plain[1]]))).toBe(
      "The Arrow data is broken: there is a dictionary 5, which no column has.",
    );
  });

  test("of lists is refused where it is to be written, since the library writes a schema that nobody reads", async () => {
    const types = { x: dictionary(list(int32())) };
    await expect(toArrow({ x: [[1], [2]] }, { types })).rejects.toThrow(
      'The component "x" is written as Dictionary<List<Int32>>',
    );
  });
});
