import { fileURLToPath } from "node:url";
// TypeScript 7 has no such interface
import ts from "typescript-5.9";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const entries = ["index", "arrow/index", "compiler/index", "npy/index"].map((name) => `${dist}${name}.d.ts`);

const program = ts.createProgram(entries, {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: [],
});
const checker = program.getTypeChecker();

const meant = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const exported = new Set(
  entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    return checker.getExportsOfModule(module).map(meant);
  }),
);

/** Our own types that public declarations lead to, but for those that others extend; each with the way there. */
const named = new Map<ts.Symbol, string>();
const visited = new Set<ts.Symbol>();

function visit(node: ts.Node, way: string): void {
  const isBase = ts.isExpressionWithTypeArguments(node);
  const name = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isTypeQueryNode(node)
      ? node.exprName
      : isBase
        ? node.expression
        : undefined;
  const symbol = name && checker.getSymbolAtLocation(name);
  if (symbol) {
    const type = meant(symbol);
    if (!isBase && ownDeclarations(type).some(needsName) && !named.has(type)) named.set(type, way);
    follow(type, way);
  }
  ts.forEachChild(node, (child) => visit(child, way));
}

function follow(symbol: ts.Symbol, way: string): void {
  if (visited.has(symbol)) return;
  visited.add(symbol);
  for (const each of ownDeclarations(symbol)) {
    // what checks a call is written by its name, and ends in what was given or in a sentence
    if (!each.getSourceFile().fileName.startsWith(`${dist}checked/`)) visit(each, `${way} > ${symbol.name}`);
  }
}

function ownDeclarations({ declarations = [] }: ts.Symbol): ts.Declaration[] {
  return declarations.filter(
    (each) => each.getSourceFile().fileName.startsWith(dist) && !ts.isTypeParameterDeclaration(each),
  );
}

// an alias that its file does not export is written in full
function needsName(declaration: ts.Declaration): boolean {
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration))
    return !isGlobal(declaration);
  return (
    ts.isTypeAliasDeclaration(declaration) &&
    (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0
  );
}

function isGlobal({ parent }: ts.Declaration): boolean {
  return ts.isModuleBlock(parent) && (parent.parent.flags & ts.NodeFlags.GlobalAugmentation) !== 0;
}

for (const symbol of exported) follow(symbol, "");

test("every type that a public declaration leads to can be imported from the package", () => {
  expect(named.size).toBeGreaterThan(100);
  const nowhere = [...named].filter(([symbol]) => !exported.has(symbol));
  expect(nowhere.map(([symbol, way]) => `${symbol.name}, by${way}`)).toEqual([]);
});

test("no declaration that a program reads is another library's", () => {
  const files = program.getSourceFiles().map(({ fileName }) => fileName);
  const others = files.filter((file) => !file.startsWith(dist) && !/\/lib\/lib\.[\w.]+\.d\.ts$/.test(file));
  expect(others).toEqual([]);
});
