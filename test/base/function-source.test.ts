import vm from "node:vm";
import { describe, expect, test } from "vitest";
import { isArrow, mentionsThis, namesOfFirst } from "../../src/base/function-source.js";

// as text, since what compiles the tests would write them otherwise
const made = (text: string) => vm.runInThisContext(`(${text})`);
const member = (text: string, name: string) => made(`{ ${text} }`)[name];

describe("no arrow function is", () => {
  test.each([
    ['async "load-all"(x) { return this.x }', "load-all"],
    ['"( ) =>"(x) { return this.x }', "( ) =>"],
    ["static(x) { return this.x }", "static"],
    ["get(x) { return this.x }", "get"],
    ["async async(x) { return this.x }", "async"],
    ['async ["z"](x) { return () => this.x }', "z"],
    ["async 12(x) { return () => this.x }", "12"],
  ])("the method %s", (text, name) => {
    expect(isArrow(member(text, name))).toBe(false);
  });

  test("a method of a class that is called static", () => {
    expect(isArrow(made("class { static(x) { return this.x } }").prototype.static)).toBe(false);
  });

  test.each([
    Math.max,
    Math.max.bind(Math),
    new Proxy(() => 1, {}),
    new Function("x", "return () => this.x"),
  ])("the function %s", (fn) => {
    expect(isArrow(fn as never)).toBe(false);
  });
});

describe("an arrow function has nothing to do with the this around it, where", () => {
  test.each([
    ["a function in it has its own", "(x) => [x].map(function () { return this })"],
    ["a class in it has its own", "(x) => new (class { constructor() { this.x = x } })().x"],
    ["an object in it has a method", "(x) => ({ m() { return this.x } }).m()"],
    ["it is in a regular expression", '(x) => x.replace(/this["]/g, "this")'],
    ["a regular expression has a quote", '(x) => x.replace(/"/g, "this")'],
    ["it is the name of a property", "(x) => ({ this: x }).this"],
    ["a compiler gives it to a helper", "(x) => __awaiter(this, void 0, void 0, function* () { return x })"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a function
    ["it is in the text of a template", "(x) => `this ${`${x} this`} this`"],
  ])("%s", (_, text) => {
    const fn = made(text);
    expect([isArrow(fn), mentionsThis(fn)]).toEqual([true, false]);
  });
});

test.each([
  "(x) => this.y + x",
  "async x => { if (x) { return this.y } }",
  "(x) => { const half = x / 2; return this.y / half }",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a function
  "(x, y = () => 1) => `this ${this.y}`",
  "(x) => f(...this.y)",
  "(x) => [function () { return 1 }, this.y]",
])("%s is one that has", (text) => {
  const fn = made(text);
  expect([isArrow(fn), mentionsThis(fn)]).toEqual([true, true]);
});

test.each([
  ["({ x, y: z = 1 }) => x + z", ["x", "y"]],
  ["async function named({ x } = {}) {}", ["x"]],
  ["x => f({ x, y })", []],
  ["async x => f({ x })", []],
  ["(x, { y }) => x + y", []],
  ["function (x = f({ y: 1 })) {}", []],
])("of %s the first parameter is taken apart into %j", (text, names) => {
  expect(namesOfFirst(made(text))).toEqual(names);
});
