import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Override {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedImports?: {
          readonly level: string;
          readonly options: { readonly patterns: readonly { readonly group: readonly string[] }[] };
        };
      };
    };
  };
}

const { overrides } = JSON.parse(readFileSync("biome.json", "utf8")) as {
  overrides: readonly Override[];
};
const text = readFileSync("CONTRIBUTING.md", "utf8");
const rooms = Array.from(text.matchAll(/^\| `src\/(\w+)\/` +\|/gm), ([, room]) => room);

// the strangers that the text below the table names
const strangers: Record<string, readonly string[]> = {
  javascript: ["kernels"],
  npy: ["arrow"],
  compiler: rooms.filter((room) => !["base", "hosts", "abi", "call", "kernels", "compiler"].includes(room)),
};

const ofOneHost = ["**/hosts/node/**", "**/hosts/browser/**"];
const entry = ["../index.js", "../../index.js"];

function forbidden(room: string): string[] {
  const own = overrides.flatMap(({ includes, linter }) => {
    const rule = linter.rules.style?.noRestrictedImports;
    return rule && includes.join() === `src/${room}/**` ? [rule] : [];
  });
  expect(own.map(({ level }) => level)).toEqual(["error"]);
  return own
    .flatMap(({ options }) => options.patterns)
    .flatMap(({ group }) => group)
    .filter((pattern) => ![...ofOneHost, ...entry].includes(pattern))
    .flatMap((pattern) => /^\*\*\/\{?([\w,]+)\}?\/\*\*$/.exec(pattern)![1].split(","))
    .sort();
}

test("the map names every room of src, and index.ts is the only file outside of them", () => {
  const entries = readdirSync("src", { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect([...rooms].sort()).toEqual(folders.sort());
  expect(entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual(["index.ts"]);
});

test("the rules of the linter are the map: no room imports from one after it", () => {
  for (const [i, room] of rooms.entries()) {
    const expected = [...rooms.slice(i + 1), ...(strangers[room] ?? [])].sort();
    expect([room, forbidden(room)]).toEqual([room, expected]);
  }
});

test("the linter refuses circles in src, of types too", () => {
  const circles = { level: "error", options: { ignoreTypes: false } };
  const rule = { includes: ["src/**"], linter: { rules: { suspicious: { noImportCycles: circles } } } };
  expect(overrides).toContainEqual(rule);
});

test("no room imports the entry, and none but hosts the files of one host", () => {
  for (const room of rooms) {
    const rule = overrides.find(({ includes, linter }) => {
      return includes.join() === `src/${room}/**` && linter.rules.style?.noRestrictedImports;
    });
    const patterns = rule?.linter.rules.style?.noRestrictedImports?.options.patterns ?? [];
    const has = (wanted: readonly string[]) => patterns.some(({ group }) => group.join() === wanted.join());
    expect([room, has(entry), has(ofOneHost)]).toEqual([room, true, room !== "hosts"]);
  }
});
