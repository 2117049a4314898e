import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { glob } from "tinyglobby";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const documents = ["*.md", "{assembly,docs,examples,src}/**/*.md"];
const paths = await glob(documents, { cwd: root, ignore: "**/node_modules/**" });
const pages = new Map(
  await Promise.all(paths.map(async (path) => [path, await readFile(root + path, "utf8")] as const)),
);

const withoutCode = (text: string) =>
  text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "code");

/** What the links of a page lead to that is not on the internet: `data.md#memory`. */
function linksIn(text: string): string[] {
  const links = [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target]) => target);
  return links.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id));
  for (const [, heading] of text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "").matchAll(/^#+ (.*)$/gm)) {
    const shown = heading.replaceAll(/\\(.)/g, "$1").replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const slug = shown
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

function isBroken(page: string, link: string): boolean {
  const [path, anchor] = link.split("#");
  const target = path ? join(dirname(page), path) : page;
  if (!existsSync(root + target)) return true;
  return anchor !== undefined && !anchorsOf(pages.get(target) ?? "").has(anchor);
}

test("every link of the documents leads to a file that is there, and to a heading in it", () => {
  const links = [...pages].flatMap(([page, text]) => linksIn(text).map((link) => ({ page, link })));
  expect(links.length).toBeGreaterThan(500);
  expect(links.filter(({ page, link }) => isBroken(page, link))).toEqual([]);
});

test.each(["nowhere.md", "README.md#nowhere", "#nowhere", "docs/data.md#nowhere"])(
  "a link to %s is broken",
  (link) => {
    expect(linksIn(`[there](${link})`)).toEqual([link]);
    expect(isBroken("README.md", link)).toBe(true);
  },
);
