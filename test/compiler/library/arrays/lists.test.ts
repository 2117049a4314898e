import { beforeAll, describe, expect, test } from "vitest";
import { product } from "../product.js";
import { type Argument, type Both, both } from "./both.js";
import { audit, common, kernelsFor, ofLists, prelude, preludeFor } from "./methods.js";
import { elementTypes, indices } from "./values.js";

// equal to JavaScript's for consistent comparators alone, which NaN makes inconsistent
const { sortUp, sortDown, sortNamed, sortHuge, ...others } = common;
const sorts = { sortUp, sortDown, sortNamed, sortHuge };
const types = elementTypes.filter(({ array, row }) => array === row);
const methods = { ...others, ...ofLists };
let compared: Both;
beforeAll(async () => {
  const kernels = types.map(
    (type) =>
      preludeFor(type) +
      kernelsFor(type, { ...sorts, ...methods }, "list") +
      kernelsFor(type, { ...sorts, ...others }, "static array"),
  );
  compared = await both(prelude + kernels.join("\n"));
});

describe.each(types.map((type) => [type.scalar, type] as const))("of %s", (_, type) => {
  test("a list does what JavaScript's does, whatever the elements, values and indices", () => {
    expect(audit(compared, type, methods, "list")).toEqual([]);
  });

  test("a static array does what a list of JavaScript's does", () => {
    expect(audit(compared, type, others, "static array")).toEqual([]);
  });
});

// references as elements: equal by value where they are strings, by identity where they are lists
const kinds = {
  strings: { type: "string", elements: `["b", "", "a", "aa", "b", "B"]`, values: `["b", "", "x"]` },
  nullables: { type: "string | null", elements: `["b", null, "a", "", null]`, values: `["b", null, "x"]` },
  bools: { type: "bool", elements: "[true, false, true, true]", values: "[true, false, true]" },
  lists: { type: "i32[]", elements: "[one, two, [1, 2], one]", values: "[one, two, [1]]" },
};
const uses: Record<string, string> = {
  slice: "codes(x.slice(a, b).join())",
  splice: `codes(x.splice(a, b).join() + "|" + x.join())`,
  fill: "codes(x.fill(v, a, b).join())",
  copyWithin: "codes(x.copyWithin(a, b).join())",
  reverse: "codes(x.reverse().slice(a).join())",
  concat: `codes(x.concat(x.slice(a)).join(" "))`,
  indexOf: "codes((x.indexOf(v, a) * 100 + x.lastIndexOf(v, b)).toString())",
  includes: `codes(x.includes(v, a) ? "yes" : "no")`,
  filter: `codes(x.filter((e, i) => i % 2 == 0).join("; "))`,
  map: "codes(x.map<i32>((e, i) => i + i).join())",
  push: "codes((x.push(v), x.unshift(v), x.shift(), x.pop(), x.push(v), x.join()))",
  find: "codes((x.findIndex((e, i) => i == 2) * 10 + x.findLastIndex((e, i) => i < 2)).toString())",
  text: "codes(x.toString())",
};

test("lists of strings, bools, lists and what may be null do what JavaScript's do", async () => {
  const kernels = Object.entries(kinds).flatMap(([name, { type, elements, values }]) => [
    `function ${name}(): (${type})[] { const list: (${type})[] = ${elements}; return list; }`,
    `function valueOf_${name}(n: i32): ${type} { const list: (${type})[] = ${values}; return list[n]; }`,
    ...Object.entries(uses).map(
      ([use, text]) => `export function ${name}_${use}(a: i32, b: i32, n: i32): Uint16Array {
        const x = ${name}(), v = valueOf_${name}(n);
        return ${text};
      }`,
    ),
  ]);
  const { differences } = await both(`const one = [1], two = [2];\n${kernels.join("\n")}`);
  const items = product<Argument>([indices, indices, [0, 1, 2]]);
  const found = Object.keys(kinds).flatMap((name) =>
    Object.keys(uses).flatMap((use) => differences(`${name}_${use}`, items).slice(0, 2)),
  );
  expect(found).toEqual([]);
});

test("a list that grows while it is sorted is sorted", async () => {
  const { differences } = await both(`
class Link {
  constructor(public key: i32, public all: Link[]) {}
}
export function f(n: i32): i32 {
  const list: Link[] = [];
  for (let i = 0; i < n; i++) list.push(new Link((i * 7) % 11, list));
  list.sort((a, b) => {
    while (a.all.length < 40) a.all.push(a);
    return a.key - b.key;
  });
  let told = 1;
  for (let i = 0; i < n; i++) told = told * 3 + list[i].key;
  return told;
}`);
  expect(differences("f", [[0], [1], [2], [3], [5], [11]])).toEqual([]);
});
