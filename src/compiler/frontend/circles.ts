import type { ExportStatement, ImportStatement, Range, Source } from "assemblyscript";
import { definePass } from "../passes/pass.js";
import type { Unit } from "./unit.js";

/** Refuses exports that lead back to themselves, over which AssemblyScript runs forever, or ends the process. */
export const refuseCircles = definePass({
  name: "refuse-circles",
  stage: "parsed",
  run({ unit }) {
    const exports = new Circles(unit);
    for (const source of unit.optimisedSources) {
      for (const statement of exports.statementsOf(source)) {
        const { path, members } = statement;
        const circle = members
          ? members.find(({ exportedName }) => exports.returns(source, exportedName.text))?.exportedName.range
          : exports.reaches(statement, source)
            ? path!.range
            : undefined;
        if (circle) refuse(unit, circle);
      }
    }
  },
});

function refuse(unit: Unit, range: Range): void {
  unit.error(
    range,
    "This export leads back to this file, in a circle: export each name from the file that declares it.",
  );
}

class Circles {
  readonly #exports = new Map<Source, readonly ExportStatement[]>();

  constructor(private readonly unit: Unit) {}

  statementsOf(source: Source): readonly ExportStatement[] {
    let statements = this.#exports.get(source);
    if (!statements) {
      statements = source.statements.filter((statement): statement is ExportStatement =>
        this.unit.tree.is<ExportStatement>(statement, "Export"),
      );
      this.#exports.set(source, statements);
    }
    return statements;
  }

  /** Whether `export *` leads to a file by way of others that say it, too. */
  reaches(statement: ExportStatement, end: Source, seen = new Set<Source>()): boolean {
    const from = this.#source(statement);
    if (!from || seen.has(from)) return false;
    seen.add(from);
    return from === end || this.#starsOf(from).some((star) => this.reaches(star, end, seen));
  }

  /** Whether a name of a file's exports is passed on from one to the next until it is asked of one of them again. */
  returns(source: Source, name: string, asked: readonly string[] = []): boolean {
    const question = `${source.internalPath} ${name}`;
    if (asked.includes(question)) return true;
    const next = [...asked, question];
    for (const statement of this.statementsOf(source)) {
      const member = statement.members?.find(({ exportedName }) => exportedName.text === name);
      if (!member) continue;
      const local = member.localName.text;
      if (statement.path) return this.#returns(this.#source(statement), local, next);
      const imported = this.#imported(source, local);
      return imported !== undefined && this.#returns(this.#source(imported[0]), imported[1], next);
    }
    if (this.unit.topLevelNames(source).has(name)) return false;
    return this.#starsOf(source).some((star) => this.#returns(this.#source(star), name, next));
  }

  #returns(source: Source | undefined, name: string, asked: readonly string[]): boolean {
    return source !== undefined && this.returns(source, name, asked);
  }

  #imported(source: Source, name: string): [ImportStatement, foreignName: string] | undefined {
    for (const statement of source.statements) {
      if (!this.unit.tree.is<ImportStatement>(statement, "Import")) continue;
      const found = statement.declarations?.find((declaration) => declaration.name.text === name);
      if (found) return [statement, found.foreignName.text];
    }
    return undefined;
  }

  #starsOf(source: Source): ExportStatement[] {
    return this.statementsOf(source).filter(({ members }) => !members);
  }

  #source({ internalPath }: ExportStatement | ImportStatement): Source | undefined {
    return internalPath === null ? undefined : this.unit.source(internalPath);
  }
}
