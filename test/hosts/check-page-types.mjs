// Checks the types of what is for pages with those that a page has. Files for Node only are in the same program, since others
// import them when they are called for; which they are, biome.json says, and what is wrong with them here is right in Node.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);
const { overrides } = JSON.parse(readFileSync(new URL("biome.json", root), "utf8"));
const { includes } = overrides.find(({ linter }) => linter.rules?.correctness?.noNodejsModules);

/** Whether a file is for pages: the last pattern that matches says. */
function isForPages(file) {
  if (file.startsWith("src/hosts/browser/")) return true;
  const last = includes.findLast((pattern) => matches(file, pattern.replace(/^!/, "")));
  return last !== undefined && !last.startsWith("!");
}

function matches(file, pattern) {
  return pattern.endsWith("/**") ? file.startsWith(pattern.slice(0, -2)) : file === pattern;
}

const tsc = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.browser.json", "--pretty", "false"];
const { stdout, stderr } = spawnSync(process.execPath, tsc, { cwd: root, encoding: "utf8" });
const errors = stdout.split(/\n(?!\s)/).filter((line) => line.trim() !== "");
const wrong = errors.filter((error) => {
  const file = /^(\S+)\(\d+,\d+\): error/.exec(error)?.[1];
  return file === undefined || isForPages(file);
});
for (const error of wrong) console.log(error);
// else what pages lack goes unseen, since a package brought the types of Node along
const isPage = errors.some((error) => error.includes("name 'process'"));
if (!isPage)
  console.log(`Nothing lacks the types of Node: have tsconfig.browser.json leave them out. ${stderr}`);
process.exitCode = wrong.length > 0 || !isPage ? 1 : 0;
