import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { documentedRows } from "./documented.js";

test("docs/kernels.md has a row for all in which kernels and JavaScript are known to differ", async () => {
  const text = await readFile(new URL("../../../../docs/kernels.md", import.meta.url), "utf8");
  const plain = (line: string) => line.replaceAll("\\|", "|").replace(/\s+/g, " ").trim();
  const lines = new Set(text.split("\n").map(plain));
  expect(
    documentedRows()
      .map(plain)
      .filter((row) => !lines.has(row)),
  ).toEqual([]);
});
