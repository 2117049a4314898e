import * as fs from "node:fs";
import { sep } from "node:path";
import { escapePath, glob } from "tinyglobby";

// the wildcards of the glob stop at the end of a line, it takes " for no character, and \ for a separator everywhere: it sees
// others in their place, halves of characters, which no name has
const strange = new Map(
  [...`\n\r\u2028\u2029"${sep === "/" ? "\\" : ""}`].map((c, i) => [c, String.fromCharCode(0xdc00 + i)]),
);
const back = new Map([...strange].map(([c, half]) => [half, c]));
const strangeIn = new RegExp(`[${[...strange.keys()].map((c) => (c === "\\" ? "\\\\" : c)).join("")}]`, "g");
const hide = (name: string) => name.replace(strangeIn, (c) => strange.get(c)!);
const show = (name: string) => name.replace(/[\udc00-\udc05]/gu, (half) => back.get(half) ?? half);

type Done<T> = (error: NodeJS.ErrnoException | null, value: T) => void;

const hiding = {
  readdir(path: string, options: { withFileTypes: true }, done: Done<fs.Dirent[]>): void {
    fs.readdir(show(path), options, (error, entries) => {
      for (const entry of entries ?? []) entry.name = hide(entry.name);
      done(error, entries);
    });
  },
  realpath(path: string, done: Done<string>): void {
    fs.realpath(show(path), (error, real) => done(error, real && hide(real)));
  },
  stat(path: string, done: Done<fs.Stats>): void {
    fs.stat(show(path), done);
  },
};

export interface GlobOptions {
  /** absolute */
  readonly cwd: string;
  readonly folders: boolean;
  readonly dot: boolean;
}

/** A pattern, in two parts: a folder by its path, and what is looked for below it. */
export interface FolderPattern {
  readonly folder: string;
  readonly rest: string;
}

/** What matches a pattern, but none of those to be left out. Absolute paths; the folder itself is none of them. */
export async function matches(
  { folder, rest }: FolderPattern,
  leftOut: readonly FolderPattern[],
  { cwd, folders, dot }: GlobOptions,
): Promise<string[]> {
  if (rest === "") return [];
  const hidden = hide(cwd);
  const whole = (pattern: FolderPattern) => {
    const above = escapePath(hide(pattern.folder)).replace(/\/$/, "");
    // the glob takes patterns from the working directory on, where a ! in front would turn their meaning round
    const plain = above.replace(`${escapePath(hidden)}/!`, (found) => `${found.slice(0, -1)}\\!`);
    // but \, which escapes there
    return `${plain}/${pattern.rest.replace(/[\n\r\u2028\u2029"]/g, hide)}`;
  };
  const found = await glob(whole({ folder, rest }), {
    cwd: hidden,
    ignore: leftOut.map(whole),
    dot,
    absolute: true,
    expandDirectories: false,
    onlyFiles: !folders,
    onlyDirectories: folders,
    fs: hiding as never,
  });
  return found.map(show);
}
