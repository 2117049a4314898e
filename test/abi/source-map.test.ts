import { readdirSync, readFileSync } from "node:fs";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { expect, test } from "vitest";
import { segmentsOf } from "../../dist/abi/source-map.js";

const folder = new URL("../fixtures/build/", import.meta.url);
const maps = readdirSync(folder).filter((name) => name.endsWith(".wasm.map"));

test.each(maps)("the segments of %s are what the field's reader of maps makes of it", (name) => {
  const map = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const [line] = decodedMappings(new TraceMap(map));
  expect(line.length).toBeGreaterThan(100);
  expect(segmentsOf(map)).toEqual(
    line.map(([offset, source, line = 0, column = 0]) =>
      source === undefined ? expect.objectContaining({ offset, source }) : { offset, source, line, column },
    ),
  );
});

test.each([
  ["", []],
  ["A", [{ offset: 0, source: undefined, line: 0, column: 0 }]],
  [
    "gggggBAAA,DACD",
    [
      { offset: 2 ** 24 - 1, source: 0, line: 1, column: -1 },
      { offset: 2 ** 24, source: 0, line: 0, column: 0 },
    ],
  ],
])("the mappings %j are read as they are meant", (mappings, segments) => {
  expect(segmentsOf({ mappings }).map(({ offset, source }) => [offset, source])).toEqual(
    segments.map(({ offset, source }) => [offset, source]),
  );
});
