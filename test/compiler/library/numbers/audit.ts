import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "nogil";
import { compile } from "nogil/compiler";
import { typedArrays } from "../../../../src/abi/dtype.js";
import { product } from "../product.js";
import type { Documented } from "./documented.js";

export type Type = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64" | "f32" | "f64" | "text";
export type Value = number | bigint | string;

/** Expressions that kernels and JavaScript are to give the same value, for all values of their variables. */
export interface Table {
  variables: Record<string, readonly [Type, readonly Value[]]>;
  returns: Type;
  /** as both write it, or as a kernel and as JavaScript does */
  expressions: readonly (string | readonly [kernel: string, javascript: string])[];
}

interface Options {
  /** what kernels declare besides */
  declarations?: string;
  /** what JavaScript knows besides */
  scope?: Record<string, unknown>;
  /** options of AssemblyScript */
  asc?: Record<string, unknown>;
}

export interface Outcome {
  /** the type of its first variable, and the expression in AssemblyScript: `f64: Math.abs(x)` */
  expression: string;
  values: readonly Value[];
  kernel: unknown;
  javascript: unknown;
}

/** Runs all expressions for all values, on target `for` and in JavaScript. */
export async function outcomes(
  tables: readonly Table[],
  { declarations = "", scope = {}, asc }: Options = {},
) {
  const cases = tables.flatMap((table) =>
    table.expressions.map((sides) => ({ table, sides: [sides].flat() })),
  );
  const source = cases.map(({ table, sides }, c) => kernelOf(`k${c}`, table, sides[0]));
  const kernels = await compileApart([conversions, declarations, ...source].join("\n"), asc);
  const all: Outcome[] = [];
  for (const [c, { table, sides }] of cases.entries()) {
    const [written, javascript = written] = sides;
    const names = Object.keys(table.variables);
    const lists = names.map((name) => {
      const values = table.variables[name][1];
      return new RegExp(`(?<![.\\w])${name}\\b`).test(written) ? values : values.slice(0, 1);
    });
    const items = product(lists);
    const results = await run(
      kernels[`k${c}`],
      items.map((values) => values.map(argument)),
      { target: "for" },
    );
    const call = new Function(...Object.keys(scope), `return (${names}) => ${javascript}`)(
      ...Object.values(scope),
    );
    items.forEach((values, i) => {
      all.push({
        expression: `${table.variables[names[0]][0]}: ${written}`,
        values,
        kernel: fromKernel(results[i], table.returns),
        javascript: fromJavaScript(() => call(...values), table.returns),
      });
    });
  }
  return all;
}

/** What is not the same and not documented, or documented and the same: nothing, it is hoped. */
export async function surprises(
  tables: readonly Table[],
  documented: readonly Documented[],
  options?: Options,
): Promise<string[]> {
  const expected = new Map(documented.flatMap(({ where }) => Object.entries(where)));
  const gone = new Set(expected.keys());
  const found: string[] = [];
  for (const { expression, values, kernel, javascript } of await outcomes(tables, options)) {
    if (Object.is(kernel, javascript)) continue;
    if (expected.get(expression)?.(...(values as any[]))) gone.delete(expression);
    else
      found.push(
        `${expression} of ${values.map(show)}: kernel ${show(kernel)}, JavaScript ${show(javascript)}`,
      );
  }
  return [
    ...found.slice(0, 100),
    ...[...gone].map((expression) => `${expression} is the same, and documented not to be`),
  ];
}

/** Compiles in a folder of its own. */
export async function compileApart(source: string, asc?: Record<string, unknown>) {
  const cwd = await mkdtemp(join(tmpdir(), "nogil-"));
  if (asc) await writeFile(join(cwd, "asconfig.json"), JSON.stringify({ options: asc }));
  return compile(source, { cwd, cache: "cache" });
}

const conversions = `
function text(codes: Uint16Array): string {
  const list = new Array<i32>(codes.length);
  for (let i = 0; i < codes.length; i++) list[i] = codes[i];
  return String.fromCharCodes(list);
}
function codes(text: string): Uint16Array {
  const list = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) list[i] = <u16>text.charCodeAt(i);
  return list;
}`;

function kernelOf(name: string, { variables, returns }: Table, expression: string): string {
  const entries = Object.entries(variables);
  const isText = (type: Type) => type === "text";
  const parameters = entries.map(([variable, [type]]) =>
    isText(type) ? `$${variable}: Uint16Array` : `${variable}: ${type}`,
  );
  const texts = entries.flatMap(([variable, [type]]) =>
    isText(type) ? `const ${variable} = text($${variable});` : [],
  );
  const result = isText(returns) ? `codes(${expression})` : `<${returns}>(${expression})`;
  return `export function ${name}(${parameters.join(", ")}): ${isText(returns) ? "Uint16Array" : returns} {
  ${texts.join(" ")}
  return ${result};
}`;
}

const argument = (value: Value) =>
  typeof value === "string"
    ? Uint16Array.from({ length: value.length }, (_, i) => value.charCodeAt(i))
    : value;

/** Stands for what failed. */
export const failed = "an error";

function fromKernel(value: unknown, type: Type): unknown {
  if (value instanceof Error) return failed;
  return type === "text" ? String.fromCharCode(...(value as Uint16Array)) : value;
}

function fromJavaScript(call: () => unknown, type: Type): unknown {
  try {
    const value = call();
    return type === "text" ? String(value) : stored(value, type);
  } catch {
    return failed;
  }
}

// as an element of a typed array of that type
const stored = (value: unknown, type: Exclude<Type, "text">) => typedArrays[type].of(value as never)[0];

const show = (value: unknown) =>
  typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
