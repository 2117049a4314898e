import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export interface Entry {
  readonly name: string;
  /** the file of its declarations */
  readonly declarations: string;
}

/** What a program may import, by package.json: `nogil`, `nogil/arrow`, … */
export const entries = entriesOf(JSON.parse(readFileSync(`${root}package.json`, "utf8")));

function entriesOf({
  name,
  exports,
}: {
  name: string;
  exports: Record<string, string | { types?: string }>;
}) {
  return Object.entries(exports).flatMap(([path, to]) =>
    typeof to === "object" && to.types
      ? [{ name: path.replace(".", name), declarations: root + to.types.replace("./", "") }]
      : [],
  );
}

/** How these tools read declarations: as a strict program without the types of Node does. */
export const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  lib: ["es2024", "esnext.disposable", "dom"],
  types: [],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
};
