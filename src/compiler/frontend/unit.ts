import type {
  DeclarationStatement,
  DiagnosticMessage,
  FunctionDeclaration,
  ImportStatement,
  Parser,
  Range,
  Source,
  Statement,
  VariableStatement,
} from "assemblyscript";
import type { Toolchain } from "../build/toolchain.js";
import { Tree } from "./tree.js";

export interface TransformOptions {
  /** leave out the checks of indices and conversions */
  readonly unchecked: boolean;
  /** allow raw memory access in the user's own sources */
  readonly allowUnsafe: boolean;
  readonly cwd: string;
  /** the files of packages by the names that AssemblyScript gives them, `~lib/some-kernels/index.ts` */
  readonly files?: ReadonlyMap<string, string>;
}

/** One parsed program, as the steps of the transform see it. */
export class Unit {
  readonly tree: Tree;
  readonly sources: readonly Source[];
  readonly #byPath: Map<string, Source>;
  readonly #names = new Map<Source, ReadonlySet<string>>();
  readonly #functions = new Map<Source, ReadonlyMap<string, FunctionDeclaration>>();
  readonly #generated = new Set<Source>();
  readonly #library: ReadonlySet<string>;

  constructor(
    readonly parser: Parser,
    readonly options: TransformOptions,
    toolchain: Toolchain,
  ) {
    this.tree = new Tree(toolchain);
    this.#library = toolchain.library;
    this.sources = parser.sources;
    this.#byPath = new Map(parser.sources.map((source) => [source.internalPath, source]));
  }

  source(internalPath: string): Source | undefined {
    return this.#byPath.get(internalPath) ?? this.#byPath.get(`${internalPath}/index`);
  }

  /** The file that is built. */
  get entry(): Source {
    // 1: a user's entry file
    return this.ownSources.find(({ sourceKind }) => sourceKind === 1)!;
  }

  /** Whether a file is the user's own: neither a library's nor a package's. Rules of style and of safety are for these. */
  isOwn({ internalPath }: Source): boolean {
    return !internalPath.startsWith("~lib/");
  }

  /** Whether a file's code is checked and optimised as the user's own is: all but AssemblyScript's library and what we add. */
  isOptimised(source: Source): boolean {
    return !this.#library.has(source.internalPath) && !this.#generated.has(source);
  }

  get ownSources(): Source[] {
    return this.sources.filter((source) => this.isOwn(source));
  }

  get optimisedSources(): Source[] {
    return this.sources.filter((source) => this.isOptimised(source));
  }

  /** Parses generated code, which seems to come from the library, so that no line of the user's is blamed for it. */
  parse(text: string, name: string): Source {
    this.parser.parseFile(text, `~lib/${name}.ts`, false);
    const source = this.parser.sources.at(-1)!;
    this.#generated.add(source);
    return source;
  }

  /** The function declarations of a file by name, for looking a call up. */
  functionsOf(source: Source): ReadonlyMap<string, FunctionDeclaration> {
    let functions = this.#functions.get(source);
    if (!functions) {
      const isFunction = (statement: Statement): statement is FunctionDeclaration =>
        this.tree.is<FunctionDeclaration>(statement, "FunctionDeclaration");
      functions = new Map(
        source.statements.filter(isFunction).map((declaration) => [declaration.name.text, declaration]),
      );
      this.#functions.set(source, functions);
    }
    return functions;
  }

  /** The names that a file declares or imports. */
  topLevelNames(source: Source): ReadonlySet<string> {
    let names = this.#names.get(source);
    if (!names) {
      names = new Set(source.statements.flatMap((statement) => this.#declaredNames(statement)));
      this.#names.set(source, names);
    }
    return names;
  }

  #declaredNames(statement: Statement): string[] {
    const { tree } = this;
    if (tree.is<VariableStatement>(statement, "Variable"))
      return statement.declarations.map(({ name }) => name.text);
    if (tree.is<ImportStatement>(statement, "Import")) {
      const names = statement.declarations?.map(({ name }) => name.text) ?? [];
      return statement.namespaceName ? [...names, statement.namespaceName.text] : names;
    }
    return "name" in statement ? [(statement as DeclarationStatement).name.text] : [];
  }

  /** Whether the build fails already. */
  get failed(): boolean {
    return (this.parser as unknown as { diagnostics: DiagnosticMessage[] }).diagnostics.length > 0;
  }

  /** Fails the build, as an error of the compiler at that place. */
  error(range: Range, message: string): void {
    const { diagnostics } = this.parser as unknown as { diagnostics: DiagnosticMessage[] };
    const before = diagnostics.length;
    // the compiler's one code for messages of others, which puts "User-defined:" before them
    this.parser.error(102, range, message);
    if (diagnostics.length > before) Object.assign(diagnostics[before], { message });
  }
}
