import fc from "fast-check";
import { transformWithEsbuild } from "vite";
import { expect, test } from "vitest";
import { type Dtype, dtypes, typedArrays } from "../../src/columns/dtype.js";
import { arrayName } from "../../src/compiler/transform/types.js";
import { load } from "./harness.js";

// programs over rows that are AssemblyScript and TypeScript at once; every index is in range
const { expression } = fc.letrec<{ expression: string; index: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("1.5", "-2.0", "0.0", "x[3]", "y[0]", "s", "<f64>i"),
    fc.tuple(fc.constantFrom("x", "y", "t"), tie("index")).map(([row, i]) => `${row}[${i}]`),
    fc
      .tuple(tie("expression"), fc.constantFrom("+", "-", "*"), tie("expression"))
      .map((parts) => `(${parts.join(" ")})`),
    fc
      .tuple(
        fc.constantFrom("x", "y"),
        tie("index"),
        fc.constantFrom("=", "+=", "-=", "*=", "/="),
        tie("expression"),
      )
      .map(([row, i, operator, value]) => `(${row}[${i}] ${operator} ${value})`),
    fc
      .tuple(fc.constantFrom("++", "--"), tie("index"), fc.boolean())
      .map(([operator, i, postfix]) => (postfix ? `(x[${i}]${operator})` : `(${operator}x[${i}])`)),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map(([a, b, c]) => `(${a} < ${b} ? ${c} : x[1])`),
    tie("expression").map((value) => `(s = ${value})`),
    tie("index").map((i) => `touch(x, ${i})`),
    fc.constantFrom("touch(y, 2)", "<f64>(x.length)", "<f64>(y.length)"),
  ),
  index: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("0", "1", "2", "3", "(i++ & 3)", "(x.length - 1)"),
    tie("index").map((i) => `(k[${i}] & 3)`),
    tie("index").map((i) => `(k[${i}]++ & 3)`),
    fc.tuple(tie("index"), tie("index")).map(([a, b]) => `((${a} + ${b}) & 3)`),
    fc.tuple(tie("index"), tie("index")).map(([at, value]) => `((k[${at}] = ${value}) & 3)`),
  ),
}));

const program = (body: string, n: number) => `
export function f${n}(x: Float64Array, k: Int32Array): f64 {
  const y = new Float64Array(4);
  let s: f64 = 0, i: i32 = 0;
  for (let j = 0; j < 2; j++) {
    const t = y.slice();
    s += ${body};
  }
  return s + y[0] + y[3];
}`;

const preamble = `
function touch(x: Float64Array, i: i32): f64 { x[i] += 0.5; return x[3 - i]; }
`;

test("random programs over rows do what they do in JavaScript", { timeout: 300_000 }, async () => {
  const property = fc.asyncProperty(
    fc.array(expression, { minLength: 40, maxLength: 40 }),
    async (bodies) => {
      const source = preamble + bodies.map(program).join("");
      const [{ run }, { code }] = await Promise.all([
        load(source),
        transformWithEsbuild(source.replaceAll("<f64>", ""), "kernels.ts", { format: "esm" }),
      ]);
      const reference = await import(`data:text/javascript,${encodeURIComponent(code)}`);
      bodies.forEach((body, n) => {
        const rows = () => [Float64Array.of(1, -2.5, 3, 1e6), Int32Array.of(3, 1, 0, 2)] as const;
        const ours = rows();
        const theirs = rows();
        const { values, thrown } = run(`f${n}`, [[ours[0]], [ours[1]]]);
        const expected = reference[`f${n}`](...theirs);
        expect([thrown, values, ...ours], body).toEqual([[], [expected], ...theirs]);
      });
    },
  );
  await fc.assert(property, { numRuns: 3, endOnFailure: true });
});

interface Signature {
  parameters: { kind: "row" | "scalar"; type: Dtype; optional: boolean; written: boolean }[];
  result: "void" | "number" | "array";
}

const signature: fc.Arbitrary<Signature> = fc.record({
  parameters: fc.array(
    fc.record({
      kind: fc.constantFrom("row" as const, "scalar" as const),
      type: fc.constantFrom(...dtypes),
      optional: fc.boolean(),
      written: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  result: fc.constantFrom("void", "number", "array"),
});

const isBig = (type: Dtype) => type === "i64" || type === "u64";

// adds up everything it is given, doubles the rows it writes, and gives the sum or the last row
function kernel({ parameters, result }: Signature, n: number): string {
  const required = parameters.findLastIndex(({ optional }) => !optional);
  const declared = parameters.map(({ kind, type, optional }, p) => {
    const name = kind === "row" ? arrayName[type] : type;
    const value = kind === "row" ? `new ${name}(${p + 1}).fill(2)` : `${p + 1}`;
    return `p${p}: ${name}${optional && p > required ? ` = ${value}` : ""}`;
  });
  const body = parameters.map(({ kind, written }, p) => {
    if (kind === "scalar") return `sum += <f64>p${p};`;
    const double = written ? `p${p}[i] += p${p}[i]; ` : "";
    return `for (let i = 0; i < p${p}.length; i++) { sum += <f64>p${p}[i]; ${double}}`;
  });
  const last = parameters.findLastIndex(({ kind }) => kind === "row");
  const type =
    result === "array" && last >= 0 ? arrayName[parameters[last].type] : result === "void" ? "void" : "f64";
  const returned = type === "void" ? "" : type === "f64" ? "return sum;" : `return p${last}.slice(1);`;
  return `export function f${n}(${declared.join(", ")}): ${type} { let sum: f64 = 0; ${body.join(" ")} ${returned} }\n`;
}

test("random signatures and data come through as they are", { timeout: 300_000 }, async () => {
  const scalar = (type: Dtype): fc.Arbitrary<number | bigint> =>
    isBig(type) ? fc.integer({ min: 0, max: 1000 }).map(BigInt) : fc.integer({ min: 0, max: 100 });
  const property = fc.asyncProperty(
    fc.array(signature, { minLength: 25, maxLength: 25 }),
    async (signatures) => {
      const { run } = await load(signatures.map(kernel).join(""));
      signatures.forEach(({ parameters, result }, n) => {
        const required = parameters.findLastIndex(({ optional }) => !optional);
        const rowOf = (type: Dtype) =>
          fc.array(scalar(type), { maxLength: 9 }).map((values) => new typedArrays[type](values as never));
        const columns = fc.integer({ min: 0, max: 6 }).chain((items) =>
          fc
            .tuple(
              ...parameters.map(({ kind, type, optional }, p) => {
                const one: fc.Arbitrary<any> = kind === "row" ? rowOf(type) : scalar(type);
                const column = fc.array(one, { minLength: items, maxLength: items });
                return optional && p > required ? fc.option(column, { nil: undefined }) : column;
              }),
            )
            .map((given) => ({ items, given })),
        );
        const check = fc.property(columns, fc.boolean(), ({ items, given }, tables) => {
          const expectedRows: any[] = [];
          const expected = Array.from({ length: items }, (_, item) => {
            let sum = 0;
            let last: any;
            parameters.forEach(({ kind, type, written }, p) => {
              const value = given[p]
                ? given[p][item]
                : kind === "row"
                  ? new typedArrays[type](p + 1).fill((isBig(type) ? 2n : 2) as never)
                  : p + 1;
              if (kind === "scalar") sum += Number(value);
              else {
                last = value.slice();
                for (const element of last) sum += Number(element);
                if (written) last = last.map((element: any) => element + element);
                expectedRows.push(given[p] && [p, item, last]);
              }
            });
            return result === "array" && last ? last.slice(1) : sum;
          });
          const { values, thrown } = run(`f${n}`, given, { tables, items });
          expect(thrown).toEqual([]);
          expect(values).toEqual(result === "void" ? [] : expected);
          for (const [p, item, row] of expectedRows.filter(Boolean)) expect(given[p]![item]).toEqual(row);
        });
        fc.assert(check, { numRuns: 12 });
      });
    },
  );
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
});
