import type {
  ExportDefaultStatement,
  ExportStatement,
  FunctionDeclaration,
  IdentifierExpression,
  ImportStatement,
  Range,
  Source,
  Statement,
  VariableStatement,
} from "assemblyscript";
import type { Unit } from "./unit.js";

/** A function that a file exports under some name. */
export interface Exported {
  readonly declaration: FunctionDeclaration;
  readonly source: Source;
  /** where it gets its name, for errors about that */
  readonly range: Range;
}

/**
 * The functions that an entry file exports by name, its own and those of other files and packages, however they come: by
 * `export { a } from`, `export { a as b }` of an import, or `export * from`. What a file names itself goes before what it
 * passes on with a star.
 */
export function exportedFunctions(unit: Unit, entry: Source): ReadonlyMap<string, Exported> {
  const { tree } = unit;
  for (const statement of entry.statements) {
    if (tree.is<ExportDefaultStatement>(statement, "ExportDefault")) {
      unit.error(statement.range, "A kernel needs a name to be imported by: export it without 'default'.");
    }
  }
  const exports = new Exports(unit);
  const found = new Map<string, Exported>();
  for (const [name, range] of exports.namesOf(entry)) {
    const exported = exports.find(entry, name, range);
    if (exported) found.set(name, exported);
  }
  return found;
}

type Names = Map<string, Range>;

class Exports {
  constructor(private readonly unit: Unit) {}

  /** The names that a file exports, each with the place in it that does so. */
  namesOf(source: Source, seen = new Set<Source>()): Names {
    const names: Names = new Map();
    if (seen.has(source)) return names;
    seen.add(source);
    const { tree } = this.unit;
    const given = new Set<string>();
    for (const statement of source.statements) {
      if (tree.is<ExportStatement>(statement, "Export")) {
        const { members, path } = statement;
        for (const { exportedName } of members ?? []) {
          const { text, range } = exportedName;
          if (given.has(text)) this.#refuseTwice(text, range);
          given.add(text);
          names.set(text, range);
        }
        const from = members ? undefined : this.#source(statement);
        for (const name of from ? this.namesOf(from, seen).keys() : []) {
          if (name !== "default" && !names.has(name)) names.set(name, path!.range);
        }
      } else if (this.#isExported(statement)) {
        for (const { name, range } of declaredBy(this.unit, statement)) names.set(name.text, range);
      }
    }
    return names;
  }

  /** The function that a file exports under a name; undefined where there is none, as for constants and classes. */
  find(source: Source, name: string, range: Range, seen: readonly string[] = []): Exported | undefined {
    const question = `${source.internalPath} ${name}`;
    // files that pass a name on to one another in a circle have nothing of it
    if (seen.includes(question)) return undefined;
    const asked = [...seen, question];
    const { tree } = this.unit;
    const stars: Source[] = [];
    for (const statement of source.statements) {
      if (tree.is<ExportStatement>(statement, "Export")) {
        const from = this.#source(statement);
        const member = statement.members?.find(({ exportedName }) => exportedName.text === name);
        if (member && statement.path) return from && this.find(from, member.localName.text, range, asked);
        if (member) return this.#local(source, member.localName.text, range, asked);
        if (!statement.members && from) stars.push(from);
      } else if (tree.is<ExportDefaultStatement>(statement, "ExportDefault") && name === "default") {
        return this.#asFunction(statement.declaration, source, range, statement.range);
      } else if (this.#isExported(statement)) {
        const declared = declaredBy(this.unit, statement).find(
          (declaration) => declaration.name.text === name,
        );
        if (declared) return this.#asFunction(statement, source, range, declared.range, declared.name.text);
      }
    }
    return name === "default" ? undefined : this.#passedOn(stars, name, range, asked);
  }

  /** What `export * from` several files comes to: two that differ are nobody's, and JavaScript leaves both out. */
  #passedOn(
    stars: readonly Source[],
    name: string,
    range: Range,
    asked: readonly string[],
  ): Exported | undefined {
    const found = stars.flatMap((from) => this.find(from, name, range, asked) ?? []);
    const [first] = found;
    const other = found.find(({ declaration }) => declaration !== first.declaration);
    if (!other) return first;
    const places = [first, other].map(({ declaration }) => placeOf(declaration.name)).join(" and ");
    this.unit.error(
      range,
      `'export *' leads to two kernels called '${name}', ${places}: ` +
        `say which is meant, export { ${name} } from the file that has it, or give one another name, export { ${name} as other }.`,
    );
    return undefined;
  }

  #local(source: Source, name: string, range: Range, asked: readonly string[]): Exported | undefined {
    const { tree } = this.unit;
    for (const statement of source.statements) {
      if (tree.is<ImportStatement>(statement, "Import")) {
        const imported = statement.declarations?.find((declaration) => declaration.name.text === name);
        const from = imported && this.#source(statement);
        if (from) return this.find(from, imported.foreignName.text, range, asked);
      } else {
        const declared = declaredBy(this.unit, statement).find(
          (declaration) => declaration.name.text === name,
        );
        if (declared) return this.#asFunction(statement, source, range, declared.range, name);
      }
    }
    return undefined;
  }

  #asFunction(
    statement: Statement,
    source: Source,
    range: Range,
    declared: Range,
    name?: string,
  ): Exported | undefined {
    const { tree } = this.unit;
    if (tree.is<FunctionDeclaration>(statement, "FunctionDeclaration")) {
      return { declaration: statement, source, range };
    }
    if (!tree.is<VariableStatement>(statement, "Variable")) return undefined;
    const value = statement.declarations.find((declaration) => declaration.name.text === name)?.initializer;
    if (tree.is(value, "Function")) {
      this.unit.error(declared, `A kernel is a function declaration: write 'export function ${name}(…)'.`);
    }
    return undefined;
  }

  #isExported(statement: Statement): boolean {
    const { Export } = this.unit.tree.flags;
    return declaredBy(this.unit, statement).some(({ flags }) => (flags & Export) !== 0);
  }

  #source({ internalPath }: ExportStatement | ImportStatement): Source | undefined {
    return internalPath === null ? undefined : this.unit.source(internalPath);
  }

  #refuseTwice(name: string, range: Range): void {
    this.unit.error(range, `Two kernels are called '${name}' here: give one another name.`);
  }
}

interface Declared {
  readonly name: IdentifierExpression;
  readonly range: Range;
  readonly flags: number;
}

/** The functions and variables that a statement declares. */
function declaredBy({ tree }: Unit, statement: Statement): readonly Declared[] {
  if (tree.is<VariableStatement>(statement, "Variable")) return statement.declarations;
  if (!tree.is<FunctionDeclaration>(statement, "FunctionDeclaration")) return [];
  const { name, flags } = statement;
  return [{ name, range: name.range, flags }];
}

function placeOf({ range: { source, start } }: IdentifierExpression): string {
  return `${source.normalizedPath}(${source.lineAt(start)},${source.columnAt()})`;
}
