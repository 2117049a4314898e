import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Report, reports } from "../../tools/api.js";

const made = await reports();
const read = ({ file }: Report) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");

test.each(made)("$file is what the package exports today", async (report) => {
  expect(report.text, `${report.file} is stale: npm run api, then commit what changed`).toBe(
    await read(report),
  );
});
