import { readFile } from "node:fs/promises";
import { run } from "nogil";
import { expect, test } from "vitest";
import { compileApart } from "./audit.js";
import { documentedRows } from "./documented.js";

const text = await readFile(new URL("../../../../docs/kernels.md", import.meta.url), "utf8");

test("docs/kernels.md has a row for all in which kernels and JavaScript are known to differ", () => {
  const plain = (line: string) => line.replaceAll("\\|", "|").replace(/\s+/g, " ").trim();
  const lines = new Set(text.split("\n").map(plain));
  expect(
    documentedRows()
      .map(plain)
      .filter((row) => !lines.has(row)),
  ).toEqual([]);
});

test("the kernel of docs/kernels.md adds up numbers in text", async () => {
  const [, source] = text.match(/^```\n((?:(?!```).)*\btotal\b(?:(?!```).)*)^```$/ms)!;
  const { total } = await compileApart(source);
  const lines = ["1.5, -2e3", "4"].map((line) => new TextEncoder().encode(line));
  expect([...(await run(total, lines))]).toEqual([-1998.5, 4]);
});
