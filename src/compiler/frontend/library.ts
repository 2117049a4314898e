import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  ClassDeclaration,
  DeclarationStatement,
  Source,
  Statement,
  VariableStatement,
} from "assemblyscript";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

const folder = fileURLToPath(new URL("../../../assembly/library", import.meta.url));

interface Replacement {
  /** the file of AssemblyScript's library, from its root: `util/sort` */
  readonly file: string;
  readonly text: string;
}

let replacements: readonly Replacement[] | undefined;

/** What takes the place of parts of AssemblyScript's library, by the file that it is a part of. */
export function libraryReplacements(): readonly Replacement[] {
  replacements ??= readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort()
    .map((name) => ({ file: name.slice(0, -3), text: readFileSync(join(folder, name), "utf8") }));
  return replacements;
}

/**
 * Replaces what of AssemblyScript's library does not do what JavaScript does. `assembly/library/util/sort.ts` is laid over
 * `~lib/util/sort`: each function, constant and member of a class or namespace in it takes the place of the one of its name.
 * A name that begins with `$` is new; any other that the library lacks fails the build. What several files need is in
 * `assembly/library/nogil/`, which they import from: `import { $within } from "nogil/range"`.
 */
export const replaceLibrary = definePass({
  name: "replace-library",
  stage: "parsed",
  run({ unit }) {
    const isNew = ({ file }: Replacement) => file.startsWith("nogil/");
    // before they are imported
    for (const { file, text } of libraryReplacements().filter(isNew)) unit.parse(text, file);
    for (const { file, text } of libraryReplacements().filter((replacement) => !isNew(replacement))) {
      const source = unit.source(`~lib/${file}`);
      if (source) layOver(unit, source, unit.parse(text, `nogil/library/${file}`));
    }
  },
});

function layOver(unit: Unit, source: Source, replacement: Source): void {
  const { tree } = unit;
  for (const statement of replacement.statements.splice(0)) {
    if (tree.is(statement, "Import")) {
      source.statements.push(statement);
    } else if (tree.is(statement, "ClassDeclaration") || tree.is(statement, "NamespaceDeclaration")) {
      const { kind, name, members } = statement as ClassDeclaration;
      const whole = source.statements.find(
        (candidate): candidate is ClassDeclaration =>
          candidate.kind === kind && (candidate as ClassDeclaration).name.text === name.text,
      );
      if (!whole) put(unit, source, source.statements, statement);
      else for (const member of members) put(unit, source, whole.members, member, name.text);
    } else {
      put(unit, source, source.statements, statement);
    }
  }
}

function put(unit: Unit, source: Source, list: Statement[], statement: Statement, of?: string): void {
  const key = keyOf(unit, statement);
  const at = list.findIndex((candidate) => keyOf(unit, candidate) === key);
  if (at >= 0) list[at] = statement;
  else if (nameOf(unit, statement)?.startsWith("$")) list.push(statement);
  else {
    const name = [of, nameOf(unit, statement)].filter(Boolean).join(".");
    unit.error(
      statement.range,
      `${source.normalizedPath} of this AssemblyScript has no '${name}', which nogil replaces: ` +
        "install the version of AssemblyScript that nogil asks for.",
    );
  }
}

function nameOf({ tree }: Unit, statement: Statement): string | undefined {
  if (tree.is<VariableStatement>(statement, "Variable")) return statement.declarations[0].name.text;
  return "name" in statement ? (statement as DeclarationStatement).name?.text : undefined;
}

// a class may have a static and an instance member of one name, and a getter beside a setter
function keyOf(unit: Unit, statement: Statement): string | undefined {
  const name = nameOf(unit, statement);
  if (name === undefined) return undefined;
  const { flags: known } = unit.tree;
  const mask = known.Static | known.Get | known.Set;
  const flags = "flags" in statement ? (statement as DeclarationStatement).flags & mask : 0;
  return `${flags} ${name}`;
}
