import { expect, test } from "vitest";
import { loadToolchain } from "../../../src/compiler/build/toolchain.js";
import { readKernels } from "../../../src/compiler/frontend/signatures.js";
import { PassManager } from "../../../src/compiler/passes/manager.js";
import { definePass, type Pass } from "../../../src/compiler/passes/pass.js";
import { passes } from "../../../src/compiler/passes/passes.js";
import { compileText, defaults } from "../harness.js";

const text = `export function sum(x: Float64Array): f64 {
  let s = 0.0;
  for (let i = 0; i < x.length; i++) s += x[i];
  return s;
}
export function whole(x: f64): i32 { return <i32>x; }`;

test("a pass that is one file and one line in the list runs at its stage, with what it needs, and its report arrives", async () => {
  const countParameters = definePass({
    name: "count-parameters",
    stage: "parsed",
    needs: [readKernels],
    run({ resultOf, report }) {
      return resultOf(readKernels).map(({ name, declaration, parameters }) => {
        report("done", `'${name}' takes ${parameters.length}`, declaration.name.range);
        return parameters.length;
      });
    },
  });
  const countConversions = definePass({
    name: "count-conversions",
    stage: "compiling",
    run({ extend }) {
      const count = { explicit: 0 };
      extend("convertExpression", {
        instead(_compiler, _expression, _from, to, explicit) {
          if (explicit && to.toString() === "i32") count.explicit++;
          return undefined;
        },
      });
      return count;
    },
  });
  const countLoops = definePass({
    name: "count-loops",
    stage: "optimised",
    needs: [countParameters, countConversions],
    run({ module, isLast, resultOf, report }) {
      if (!isLast) return;
      const loops = module.emitText().match(/\(loop /g)!.length;
      const { explicit } = resultOf(countConversions);
      report("refused", `${resultOf(countParameters)}, ${loops > 1}, ${explicit > 0}`);
    },
  });
  const added: readonly Pass[] = [countParameters, countConversions, countLoops];
  const { reports, times, wasm } = await compileText(text, { passes: [...passes, ...added] });
  const names = added.map(({ name }) => name);
  expect(reports.filter(({ pass }) => names.includes(pass))).toEqual([
    {
      pass: "count-parameters",
      outcome: "done",
      message: "'sum' takes 1",
      place: { file: "kernels.ts", line: 1, column: 17 },
    },
    {
      pass: "count-parameters",
      outcome: "done",
      message: "'whole' takes 1",
      place: { file: "kernels.ts", line: 6, column: 17 },
    },
    { pass: "count-loops", outcome: "refused", message: "1,1, true, true" },
  ]);
  expect([...times.keys()].sort()).toEqual([...passes, ...added].map(({ name }) => name).sort());
  // and does nothing that it does not say
  expect(Buffer.from(wasm).equals(Buffer.from((await compileText(text)).wasm))).toBe(true);
});

test("our passes report what they did and did not, with lines", async () => {
  const { reports } = await compileText(`
export function f(x: Float64Array, y: Float64Array, z: Float64Array): f64 {
  z = y;
  z[0] = x[0];
  for (let i = 0; i < x.length; i++) if (<i32>x[i] > 3) throw new Error("far");
  return x.length / 2;
}
const seen: f64[] = [];
export function g(x: f64): i32 { seen.push(x); return seen.sort((a, b) => a - b).length; }`);
  const said = reports.map(({ pass, outcome, message, place }) => {
    return `${pass} ${place?.line} ${outcome}: ${message}`;
  });
  const expected = [
    "mark-readonly-rows 2 done: row 'x' of 'f' is only read",
    "mark-readonly-rows 2 refused: row 'y' of 'f' may be written",
    "mark-readonly-rows 2 refused: row 'z' of 'f' may be written",
    "compare-by-difference 9 done: a difference of two elements orders as in JavaScript",
    "hoist-rows 2 done: address and length of row 'x' in 'f' are read once",
    "hoist-rows 2 refused: row 'z' in 'f' is read through its object: it is assigned to",
    "check-conversions 5 done: a float that does not fit i32 is an error here",
    "describe-variables 8 done: variable 'seen' keeps what it reaches from item to item",
    "move-throws-out-of-loops 5 done: what is thrown here was moved out of its loop",
  ];
  expect(said).toEqual(expect.arrayContaining(expected));
  expect(said).toContainEqual(
    expect.stringMatching(/^warn-of-integer-divisions 6 refused: i32 \/ i32 drops/),
  );
});

const pass = (name: string, needs: readonly Pass[] = [], stage: Pass["stage"] = "parsed") =>
  definePass({ name, stage, needs, run: () => name });

test("a list in which a pass needs what comes later, or never, is an error before anything is built", async () => {
  const toolchain = await loadToolchain(import.meta.dirname);
  const make = (...list: Pass[]) => new PassManager(list, toolchain, defaults);
  const a = pass("a");
  const b = pass("b", [a]);
  const late = pass("late", [], "optimised");
  expect(() => make(a, b)).not.toThrow();
  expect(() => make(b, a)).toThrow('The pass "b" needs "a", which runs later: list that before it.');
  expect(() => make(b)).toThrow('The pass "b" needs "a", which is not in the list');
  expect(() => make(late, pass("c", [late], "compiling"))).toThrow('"c" needs "late", which runs later');
  expect(() => make(a, pass("a"))).toThrow('Two passes are called "a"');
  expect(() => make(a, a)).toThrow('Two passes are called "a"');
  expect(() => make(pass("d", [], "soon" as never))).toThrow('"d" runs at "soon": the stages are parsed,');
  await expect(compileText(text, { passes: [b, ...passes] })).rejects.toThrow('"b" needs "a"');
});

test("a pass gets only results of passes that it says it needs", async () => {
  const curious = definePass({
    name: "curious",
    stage: "parsed",
    run: ({ resultOf }) => resultOf(readKernels),
  });
  await expect(compileText(text, { passes: [...passes, curious] })).rejects.toThrow(
    'The compiler\'s pass "curious" failed: it uses "read-kernels", and does not say that it needs it',
  );
});

test.each(["parsed", "compiling", "compiled", "optimised"] as const)(
  "what a pass throws at the stage %s fails the build with its name, and leaves the process alone",
  async (stage) => {
    const cause = new TypeError("x is not a function");
    const failing = definePass({
      name: "failing",
      stage,
      run() {
        throw cause;
      },
    });
    const error = await compileText(text, { passes: [...passes, failing] }).catch((error) => error);
    expect(error).toMatchObject({
      name: "Error",
      message: 'The compiler\'s pass "failing" failed: x is not a function',
      cause,
    });
  },
);

test.each(["instead", "after"])("so does what it throws inside the compiler, %s", async (when) => {
  const failing = definePass({
    name: "failing",
    stage: "compiling",
    run({ extend }) {
      const fail = () => {
        throw new TypeError("x is not a function");
      };
      extend("convertExpression", { [when]: fail });
    },
  });
  await expect(compileText(text, { passes: [...passes, failing] })).rejects.toThrow(
    'The compiler\'s pass "failing" failed: x is not a function',
  );
});
