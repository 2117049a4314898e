import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, pagesIn, reference } from "../../tools/reference.js";

const { pages, gaps } = await reference();

test("every public export has a docstring without gaps", () => {
  expect(Object.keys(pages)).toContain("nogil/functions/run.md");
  expect(gaps).toEqual([]);
});

test("the pages of the reference are what the docstrings say", async () => {
  const kept = await pagesIn(folder);
  const paths = new Set([...Object.keys(pages), ...Object.keys(kept)]);
  const stale = [...paths].filter((path) => pages[path] !== kept[path]);
  expect(stale, "docs/reference is stale: npm run reference, then commit what changed").toEqual([]);
});

const lacking = `
export interface BuildOptions { out?: string | undefined; }
/** Builds. @param options how */
export declare function build(entry: string, options?: {
  /** Anew. */
  force?: boolean;
}): Promise<void>;
/** A thing, see {@link Nothing}. @example new Thing("a") */
export declare class Thing {
  constructor(name: string);
  readonly name: string;
  /** How long it is. */
  get length(): number;
  /** Cuts it off. @param end where */
  cut(end: number, begin?: number): Thing;
}
export type Id = string | number;
`;

test("each thing that a docstring lacks is a gap with a name", async () => {
  const made = await mkdtemp(join(tmpdir(), "nogil-lacking-"));
  try {
    const declarations = join(made, "index.d.ts");
    await writeFile(declarations, lacking);
    const { gaps } = await reference([{ name: "things", declarations }]);
    expect(gaps).toEqual([
      expect.stringContaining('Failed to resolve link to "Nothing"'),
      "things: BuildOptions has no @example.",
      "things: BuildOptions has no description.",
      "things: BuildOptions.out has no @default.",
      "things: BuildOptions.out has no description.",
      "things: Id has no description.",
      "things: Thing.constructor has no description.",
      "things: Thing.constructor(name) has no description.",
      "things: Thing.cut(begin) has no description.",
      "things: Thing.name has no description.",
      "things: build has no @cost.",
      "things: build has no @example.",
      "things: build has no @throws.",
      "things: build(entry) has no description.",
      "things: build(options).force has no @default.",
      "things: has no description.",
    ]);
  } finally {
    await rm(made, { recursive: true });
  }
});
