import { fromArrow } from "nogil/arrow";
import { expect, test } from "vitest";
import { FlatBuffer } from "./flatbuffer.js";
import { joined } from "./pieces.js";

type Pairs = readonly (readonly [number, number])[];

/** A column "x" whose dictionary has objects, each field of which is in a dictionary of its own: ids from 1. */
function schemaOf(fields: number): Uint8Array {
  const made = new FlatBuffer(2 ** 20);
  const column = (from: number, name: string, typeId: number, id: number) => {
    const table = made.table(6, 0, 2, 3, 4, 5);
    made.point(from, table.at);
    made.text(table.field(0), name);
    made.view.setUint8(table.field(2), typeId);
    const encoding = made.table(1, 0);
    made.point(table.field(4), encoding.at);
    made.view.setBigInt64(encoding.field(0), BigInt(id), true);
    return table;
  };
  const x = column(made.schema(1)(0), "x", 13, 0);
  made.point(x.field(3), made.table(0).at);
  const children = made.vector(x.field(5), fields);
  for (let i = 0; i < fields; i++) {
    const child = column(children(i), `f${i}`, 2, i + 1);
    const integer = made.table(2, 0, 1);
    made.point(child.field(3), integer.at);
    made.view.setInt32(integer.field(0), 32, true);
    made.view.setUint8(integer.field(1), 1);
    made.vector(child.field(5), 0);
  }
  return made.message();
}

/** One row. @param id of a dictionary, undefined for a record batch */
function messageOf(id: number | undefined, nodes: Pairs, buffers: Pairs, body: Uint8Array): Uint8Array {
  const made = new FlatBuffer(2 ** 10 + 32 * (nodes.length + buffers.length));
  const message = made.table(4, 0, 1, 2, 3);
  made.point(0, message.at);
  made.view.setInt16(message.field(0), 4, true);
  made.view.setUint8(message.field(1), id === undefined ? 3 : 2);
  made.view.setBigInt64(message.field(3), BigInt(body.length), true);
  let place = message.field(2);
  if (id !== undefined) {
    const dictionary = made.table(2, 0, 1);
    made.point(place, dictionary.at);
    made.view.setBigInt64(dictionary.field(0), BigInt(id), true);
    place = dictionary.field(1);
  }
  const records = made.table(3, 0, 1, 2);
  made.point(place, records.at);
  made.view.setBigInt64(records.field(0), 1n, true);
  for (const [field, pairs] of [
    [1, nodes],
    [2, buffers],
  ] as const) {
    const at = made.take(4 + 16 * pairs.length);
    made.view.setUint32(at, pairs.length, true);
    made.point(records.field(field), at);
    pairs.flat().forEach((value, i) => {
      made.view.setBigInt64(at + 4 + 8 * i, BigInt(value), true);
    });
  }
  return joined([made.message(), body]);
}

/** @param again whether a dictionary comes anew before each record batch */
function streamOf(fields: number, batches: number, again?: number): Uint8Array {
  const one: Pairs = [[1, 0]];
  const value = (at: number): Pairs => [
    [0, 0],
    [at, 4],
  ];
  const all = Array.from({ length: fields }, (_, i) => i);
  const simple = (id?: number) => messageOf(id, one, value(0), new Uint8Array(8));
  const objects = messageOf(
    0,
    [...one, ...all.flatMap(() => one)],
    [[0, 0], ...all.flatMap((i) => value(8 * i))],
    new Uint8Array(8 * fields),
  );
  const rows = again === undefined ? simple() : joined([simple(again), simple()]);
  const repeated = Array.from({ length: batches }, () => rows);
  return joined([schemaOf(fields), ...all.map((i) => simple(i + 1)), objects, ...repeated]);
}

const valuesOf = (bytes: Uint8Array) => fromArrow<{ x: object[] }>(bytes);

test("objects have fields in dictionaries of their own, which may be replaced", async () => {
  const object = { f0: 0, f1: 0, f2: 0 };
  expect((await valuesOf(streamOf(3, 2))).x).toEqual([object, object]);
  expect((await valuesOf(streamOf(3, 3, 2))).x).toEqual([object, object, object]);
});

const tooMuch = "values that would take more than 8 times that and 16 MiB";

// each record batch looked all of them up, and kept a list of them: half a minute, and more memory with each
test.each([undefined, 700])("a thousand dictionaries and many record batches end soon", async (again) => {
  await expect(valuesOf(streamOf(1000, 5000, again))).rejects.toThrow(tooMuch);
});
