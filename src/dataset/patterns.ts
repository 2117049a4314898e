import { readdir, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";

/** A pattern for files: its first folders, as far as they are names, and what is looked for below them. */
export interface FilePattern {
  readonly text: string;
  /** the folder where the wildcards begin, absolute */
  readonly folder: string;
  /** a glob from there */
  readonly rest: string;
}

// `*` and `?` match themselves, too, so that a name with them is no reason to take them for nothing else
const wildcard = /[*?]/;
const special = /[*?[\]{}()|\\]|[!+@](?=\()/;

/**
 * Finds where the wildcards of a pattern begin. What stands before them are names of folders, and so is what looks like a
 * wildcard but is the name of a folder that is there: `Dropbox (Personal)`, `[x]`. The same goes for the last part, the file.
 */
export async function openPattern(text: string, cwd: string): Promise<FilePattern> {
  const parts = text.split("/").filter((part, i) => (part !== "" || i === 0) && part !== ".");
  let folder = resolve(cwd);
  if (text.startsWith("/") || (parts.length > 1 && sep === "\\" && /^[a-z]:$/i.test(parts[0]))) {
    folder = resolve(`${parts.shift()}/`);
  }
  while (parts.length > 1) {
    const name = await nameOf(parts[0], folder);
    if (name === undefined) break;
    folder = join(folder, name);
    parts.shift();
  }
  const [first = ""] = parts;
  const file = parts.length === 1 && special.test(first) ? await nameOf(first, folder) : undefined;
  return { text, folder, rest: file === undefined ? parts.map(asGlob).join("/") : escaped(file) };
}

/** What a part of a pattern is the name of; undefined where it is a glob. */
async function nameOf(part: string, folder: string): Promise<string | undefined> {
  if (!special.test(part)) return part;
  const plain = part.replace(/\\(.)/g, "$1");
  const meaningful = asGlob(part).replace(/\\./g, "");
  if (!wildcard.test(meaningful)) {
    for (const name of [part, plain]) {
      if (await stat(join(folder, name)).catch(() => undefined)) return name;
    }
  }
  return special.test(meaningful) ? undefined : plain;
}

function escaped(name: string): string {
  return name.replace(/[*?[\]{}()|\\!+@]/g, "\\$&");
}

// parentheses mean something behind one of ?*+@! or around alternatives, a ! before them, and else are part of a name
function asGlob(part: string): string {
  return part.replace(/^!(?!\()/, "\\!").replace(/(?<![?*+@!\\])\(([^()|\\]*)\)/g, "\\($1\\)");
}

/** Where the pattern was looked for, and what may be wrong with it. */
export async function whyNothing({ text, folder, rest }: FilePattern): Promise<string> {
  const missing = await missingFolder(folder);
  if (missing) {
    const { above, name } = missing;
    const near = await nearby(above, name);
    return (
      `there is no folder ${JSON.stringify(name)} in ${above}` +
      `${near === undefined ? "" : `, but one that is spelt ${[...near].map(visible).join("")}`}` +
      `${name === "~" ? ', and only shells take "~" for your home: write os.homedir()' : ""}`
    );
  }
  const path = join(folder, rest.replace(/\\(.)/g, "$1"));
  if (await isFolder(path)) return `${path} is a folder: add /* for the files in it`;
  const hints = [`looked for ${JSON.stringify(rest)} in ${folder}`];
  if (special.test(rest.replace(/\\.|[*?]/g, ""))) {
    hints.push("for [ ] { } ( ) | that are part of a name write \\[ and so on");
  }
  if (text.includes("\\"))
    hints.push("a \\ is part of what follows it: write / between folders, on Windows too");
  return hints.join("; ");
}

// what looks alike need not be: é may be one character or two
const visible = (character: string) =>
  /^[\x20-\x7e]$/.test(character) ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`;

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function missingFolder(folder: string): Promise<{ above: string; name: string } | undefined> {
  const names = folder.split(sep);
  for (let i = 1; i <= names.length; i++) {
    const at = names.slice(0, i).join(sep) || sep;
    if (await isFolder(at)) continue;
    return { above: names.slice(0, i - 1).join(sep) || sep, name: names[i - 1] };
  }
  return undefined;
}

// letters of another case, or an accent that is a character of its own
async function nearby(folder: string, name: string): Promise<string | undefined> {
  const alike = (each: string) => each.normalize("NFC").toLowerCase();
  return (await readdir(folder).catch(() => [])).find((each) => alike(each) === alike(name));
}
