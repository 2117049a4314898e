import fc from "fast-check";
import { transformWithEsbuild } from "vite";
import { expect, test } from "vitest";
import { argumentsOf, reference, signature, sourceOf } from "../random-kernels.js";
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

test("random signatures and data come through as they are", { timeout: 300_000 }, async () => {
  const property = fc.asyncProperty(
    fc.array(signature, { minLength: 25, maxLength: 25 }),
    async (signatures) => {
      const { run } = await load(signatures.map(sourceOf).join(""));
      signatures.forEach((signature, n) => {
        const check = fc.property(argumentsOf(signature), fc.boolean(), ({ items, given }, tables) => {
          const expected = Array.from({ length: items }, (_, item) => reference(signature, given, item));
          const { values, thrown } = run(`f${n}`, given as any[], { tables, items });
          expect(thrown).toEqual([]);
          expect(values).toEqual(signature.result === "void" ? [] : expected.map(({ value }) => value));
          given.forEach((column, p) => {
            if (signature.parameters[p].kind === "row" && column) {
              expect(column).toEqual(expected.map(({ rows }) => rows[p]));
            }
          });
        });
        fc.assert(check, { numRuns: 12 });
      });
    },
  );
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
});
