import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("CONTRIBUTING.md", root), "utf8");
const section = text.slice(text.indexOf("## The way of a call"));
const walks = section.split(/^A call of /m).slice(1);

test("the way of a call is described for a kernel and for a method in threads", () => {
  expect(walks).toHaveLength(2);
});

test.each(walks)("each walk names at most eight files, all of which there are: %s", (walk) => {
  const steps = walk.split("\n").filter((line) => /^\d+\. /.test(line));
  const files = steps.map((step) => /^\d+\. `(src\/[^`]+)`/.exec(step)?.[1]);
  expect(steps.length).toBeGreaterThan(4);
  expect(steps.length).toBeLessThanOrEqual(8);
  expect(files.filter((file) => file === undefined || !existsSync(new URL(file, root)))).toEqual([]);
  const helpers = [...walk.matchAll(/`([\w-]+\.ts)`/g)].map(([, name]) => name);
  const folders = ["src/api/", "src/kernels/", "src/javascript/"];
  const missing = helpers.filter(
    (name) => !folders.some((folder) => existsSync(new URL(folder + name, root))),
  );
  expect(missing).toEqual([]);
});
