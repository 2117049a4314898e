import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build, CompileError, compile } from "nogil/compiler";
import { expect, test } from "vitest";
import { compileText } from "../harness.js";

const row = (body: string, result = "f64") => `export function f(x: Float64Array): ${result} {\n  ${body}\n}`;

// what people write, and the line that is to stand under the error
const mistakes: [what: string, text: string, help: string][] = [
  [
    "a sum that begins with 0",
    row("let n = 1, s = 0; for (let i = 0; i < x.length; i++) s += x[i] * x[i]; return s;"),
    "'s' begins with a whole number, so it is an i32: write 'let s: f64 = 0'.",
  ],
  [
    "a maximum that begins with -1",
    row("let best = -1;\n  best = Math.max(best, x[0]); return best;"),
    "'best' begins with a whole number, so it is an i32: write 'let best: f64 = -1'.",
  ],
  [
    "a sum of i64",
    "export function f(n: i64): i64 { let s = 0; s += n; return s; }",
    "'s' begins with a whole number, so it is an i32: write 'let s: i64 = 0'.",
  ],
  [
    "a variable that begins with a length",
    row("let best = x.length; best = x[0]; return best;"),
    "'best' begins with 'x.length', so it is an i32: write 'let best: f64 = x.length'.",
  ],
  [
    "a variable of the module",
    `let total = 0;\n${row("total += x[0]; return total;")}`,
    "'total' begins with a whole number, so it is an i32: write 'let total: f64 = 0'.",
  ],
  [
    "a parameter, where another function has a variable of its name",
    `function g(): i32 { let s = 0; return s; }\nexport function f(x: f64, s: i32): f64 { s += x; return s + g(); }`,
    "To convert it, write <i32>x.",
  ],
  [
    "an index that is a float",
    row("const m = x.length / 2.0; return x[m];"),
    "An index is an i32: write <i32>m",
  ],
  [
    "a result of another type",
    row("return x[0];", "i32"),
    "The function says that it returns i32: write f64 there, or return <i32>x[0].",
  ],
  [
    "a first value of reduce that is an i32",
    row("return x.reduce((a, b) => a + b, 0);"),
    "a whole number is an i32: write 0.0 for 0.",
  ],
  [
    "a quotient that is to be an f32",
    row("return x.length / 2;", "f32"),
    "Integers divide to an integer, without a fraction: convert before, <f32>x.length / 2.",
  ],
  [
    "a mean that is to be an f32",
    row("return (x.length + 1) / 2;", "f32"),
    "Integers divide to an integer, without a fraction: convert before, <f32>a / b.",
  ],
  [
    "reduce without a first value",
    row("return x.reduce((a, b) => a + b);"),
    "Give the first value, of the type of the result: x.reduce((a, b) => a + b, 0.0).",
  ],
  [
    "for of",
    row("let s: f64 = 0; for (const v of x) s += v; return s;"),
    "There is no for … of: count, for (let i = 0; i < x.length; i++) { const v = x[i]; … }",
  ],
  [
    "for of a call",
    row("let s: f64 = 0; for (const v of x.slice()) s += v; return s;"),
    "There is no for … of: count, for (let i = 0; i < x.length; i++).",
  ],
  ["for in", row("for (const k in x) x[0] = 1; return 1;"), "There is no for … in: count,"],
  [
    "a callback that captures",
    row("const m = x[0]; return x.map((v) => v - m)[0];"),
    "A function inside another one cannot use 'm' of the one around it: write a loop",
  ],
  [
    "map of a list",
    row("const list: f64[] = [1]; return list.map((v) => 2 * v)[0];"),
    "Say what the callback returns: .map<f64>(…).",
  ],
  ["a map of nothing", row("const m = new Map(); return 1;"), "Say what it holds: new Map<i32, f64>()."],
  ["an untyped parameter", "export function f(x): f64 { return x; }", "write 'x: f64' or 'x: Float64Array';"],
  [
    "an untyped parameter of a helper",
    `function g(a, b: f64): f64 { return a; }\n${row("return g(1, 2);")}`,
    "Parameters and the result need types,",
  ],
  [
    "no result type",
    "export function f(x: f64) { return x; }",
    "Write the types of the parameters and of the result",
  ],
  [
    "a list as parameter",
    "export function f(x: number[]): f64 { return x[0]; }",
    "Take a list of numbers as a row: x: Float64Array.",
  ],
  [
    "a list as result",
    "export function f(x: f64): f64[] { return [x]; }",
    "Return a list as a typed array: make 'new Float64Array(n)'",
  ],
  [
    "text",
    "export function f(x: string): i32 { return x.length; }",
    "Take text as bytes, x: Uint8Array: String.UTF8.decode(x.slice().buffer).",
  ],
  ["any", row("const a: any = 1; return 1;"), "'any', 'unknown' and 'object' are not types here"],
  ["unknown", row("const a: unknown = 1; return 1;"), "'any', 'unknown' and 'object' are not types here"],
  [
    "undefined",
    row("return x[0] === undefined ? 0 : 1;"),
    "There is no undefined, and a number is never missing",
  ],
  ["a union", row("let a: f64 | undefined = 1; return 1;"), "A value has one type."],
  ["a bigint", "export function f(x: bigint): f64 { return 1; }", "A whole number of 64 bits is an i64."],
  ["a bigint literal", row("return 10n;"), "Write the number without n, and its type i64 or u64."],
  ["a regular expression", row("return /a/.test('a') ? 1 : 0;"), "Search text with indexOf,"],
  [
    "an async kernel",
    "export async function f(x: f64): f64 { return x; }",
    "leave out async, await and Promise",
  ],
  ["await", row("await f(x); return 1;"), "leave out async, await and Promise"],
  ["try", row("try { return x[0]; } catch (e) { return 0; }"), "There is no try … catch: check before"],
  [
    "a generator",
    "export function* f(x: f64): f64 { yield x; }",
    "There are no generators: return a typed array",
  ],
  ["spreading", row("return Math.max(...x);"), "There is no spreading: go over the elements in a loop."],
  ["spreading in a list", row("const a = [...x]; return 1;"), "There is no spreading"],
  [
    "destructuring",
    row("const [a, b] = x; return a;"),
    "There is no destructuring: take one after the other",
  ],
  ["destructuring a parameter", "export function f({ x }): f64 { return x; }", "There is no destructuring"],
  ["swapping", row("[x[0], x[1]] = [x[1], x[0]]; return 1;"), "There is no destructuring: swap"],
  ["optional chaining", row("return x?.length;"), "There is no '?.': check for null before, if (p) { … }."],
  ["a default for null", row("return x[0] ?? 1;"), "There is no '??': write a condition"],
  ["an object", row("const p = { a: 1 }; return p.a;"), "What is in braces needs a class"],
  [
    "an object type",
    "export function f(p: { a: f64 }): f64 { return 1; }",
    "What is in braces needs a class",
  ],
  ["a tuple", "export function f(x: f64): [f64, f64] { return [x, x]; }", "There are no tuples"],
  ["a variable without type", row("let s; s = x[0]; return s;"), "let s: f64 = 0."],
  ["console.table", row("console.table(x); return 1;"), "A kernel has no console: to see a value return it"],
  ["console.log of a number", row("console.log(x[0]); return 1;"), "A kernel has no console"],
  ["a number in text", row("throw new Error('at ' + x[0]);"), "write x[0].toString() or `"],
  ["Math.max of three", row("return Math.max(x[0], x[1], x[2]);"), "Math.max(a, Math.max(b, c))."],
  ["bits of a float", row("return x[0] | 0;"), "'|' is for integers: convert first, <i32>x | y."],
  [
    "a mean of an f32 row",
    "export function f(x: Float32Array): f32 { return x[0] / x.length; }",
    "'/' takes two of one type: convert the i32, x / <f32>y.",
  ],
  [
    "an integer times an f32",
    "export function f(x: Float32Array): f32 { return x.length * x[0]; }",
    "'*' takes two of one type: convert the i32, <f32>x * y.",
  ],
  [
    "an array literal",
    row("return [x[0]];", "Float64Array"),
    "[…] is a list, not a typed array: make 'new Float64Array(n)'",
  ],
  ["an array of a list", row("return new Float64Array([1, 2])[0];"), "Float64Array takes a length"],
  ["from", row("return Float64Array.from(x)[0];"), "There is no Float64Array.from"],
  ["find", row("return x.find((v) => v > 0);"), "Arrays have no find here: write a loop."],
  [
    "push of two",
    row("const a: f64[] = []; a.push(1, 2); return 1;"),
    "push takes one element: call it for each.",
  ],
  ["toFixed", row("return x[0].toFixed(2).length;"), "There is no toFixed"],
  ["JSON", row("return JSON.stringify(x).length;"), "A kernel has no JSON, for it is not JavaScript"],
  [
    "a module of Node",
    `import { cpus } from "node:os";\n${row("return cpus().length;")}`,
    "A kernel imports AssemblyScript only",
  ],
];

test.each(mistakes)("an error says what to write in place of %s", async (_, text, help) => {
  const error = await compileText(text).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toBeInstanceOf(CompileError);
  expect(error.message).toContain(help);
  // once, however many errors the mistake is
  expect(error.message.split(help)).toHaveLength(2);
});

test("the help stands under the place that it is about, in builds and in compile()", async () => {
  const cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  const text = "export function f(x: Float64Array): f64 {\n  let s = 0;\n  s += x[0];\n  return s;\n}\n";
  await mkdir(join(cwd, "kernels"));
  await writeFile(join(cwd, "kernels/sum.ts"), text);
  const lines = async (promise: Promise<unknown>) => {
    const { message } = await promise.then(
      () => new Error("no error"),
      (error: Error) => error,
    );
    return message.split("\n").slice(-4, -1);
  };
  const help = "   's' begins with a whole number, so it is an i32: write 'let s: f64 = 0'.";
  expect(await lines(build("kernels/sum.ts", { cwd }))).toEqual(["   └─ in kernels/sum.ts(3,8)", help, ""]);
  expect(await lines(compile(text, { cwd }))).toEqual(["   └─ in kernels.ts(3,8)", help, ""]);
});

test("errors that say enough stay as they are", async () => {
  const error = await compileText(row("return y;")).then(() => "", String);
  expect(error).toMatch(
    /^CompileError: ERROR TS2304: Cannot find name 'y'\.\n(?:.*\n){3}.*in kernels\.ts\(2,10\)\n\nFAILURE/,
  );
});

test("'yield' is an error, where the compiler would end the process", async () => {
  const script = `import { compile } from "nogil/compiler";
    await compile(${JSON.stringify(row("yield x[0]; return 1;"))}, { cache: ${JSON.stringify(await mkdtemp(join(tmpdir(), "nogil-")))} })
      .catch((error) => console.log(error.message));`;
  const cwd = resolve(import.meta.dirname, "../../..");
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd,
  });
  expect(stdout).toMatch(/There are no generators, and so no 'yield'.*\n[\s\S]*kernels\.ts\(2,3\)/);
});
