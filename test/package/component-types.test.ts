import { afterAll, beforeAll, expect, test } from "vitest";
import { Project } from "./project.js";

let project: Project;

beforeAll(async () => {
  project = await Project.linked(["typescript", "@types/node"]);
});

afterAll(() => project.remove());

const components = [
  ["number[]", 'An array of numbers becomes a column: write Dense<"f64"> in its place.'],
  [
    "(number | null)[]",
    'An array becomes a column if all its elements are numbers: write a union of Dense<"f64"> and its type.',
  ],
  ["Float32Array", 'A typed array becomes a column: write Dense<"f32"> in its place.'],
  [
    "BigInt64Array[]",
    'Typed arrays of one class become a column: write Ragged<"i64"> in place of the array.',
  ],
  [
    "(Uint8Array | null)[]",
    'An array becomes a column if all its elements are typed arrays of one class: write a union of Ragged<"u8"> and its type.',
  ],
  [
    "ArrayLike<number>",
    "A component is a column, or an array with an element for each item: write Dense, Ragged or the type of an array.",
  ],
] as const;

test("a component whose type is not what a batch makes of it does not compile, and the error says what to write", async () => {
  await project.write(
    "lies.ts",
    [
      'import { Batch } from "nogil";',
      ...components.map(([type], i) => `export class Lie${i} extends Batch<{ x: ${type} }> {}`),
      "export const found = new Batch(2, { x: [1, 2] });",
    ].join("\n"),
  );
  const options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"];
  const output = await project
    .run("node", ["node_modules/typescript/bin/tsc", ...options, "--types", "node", "lies.ts"])
    .catch((error: Error) => error.message);
  const errors = output.split(/^(?=lies\.ts)/m).slice(1);
  const sentences = [...components.map(([, sentence]) => sentence), components[0][1]];
  expect(errors).toHaveLength(sentences.length);
  for (const [i, sentence] of sentences.entries()) {
    expect(errors[i]).toContain(`lies.ts(${i + 2},`);
    expect(errors[i]).toContain(sentence.replaceAll('"', '\\"'));
  }
});
