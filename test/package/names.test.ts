import { fileURLToPath } from "node:url";
import ts from "typescript-5.9";
import { expect, test } from "vitest";

// TypeScript 7 has no such interface

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const fileOf = (entry: string) => `${dist}${entry}.d.ts`;
const entries = ["index", "arrow/index", "compiler/index", "npy/index"];

const program = ts.createProgram(entries.map(fileOf), {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  types: [],
});
const checker = program.getTypeChecker();

const meant = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
function exportsOf(entry: string): ts.Symbol[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(fileOf(entry))!)!;
  return checker.getExportsOfModule(module).map(meant);
}

/** Our own types that the declarations of an entry lead to, but for those that others extend; each with the way there. */
let named: Map<ts.Symbol, string>;
let visited: Set<ts.Symbol>;

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

const endsIn = ["api/checked/", "events/target.d.ts"];

function follow(symbol: ts.Symbol, way: string): void {
  if (visited.has(symbol)) return;
  visited.add(symbol);
  for (const each of ownDeclarations(symbol)) {
    // what checks a call is written by its name, and ends in what was given or in a sentence; targets are written as names
    if (!endsIn.some((place) => each.getSourceFile().fileName.startsWith(dist + place)))
      visit(each, `${way} > ${symbol.name}`);
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

// every entry reads the first one's declarations, which reads no other's
test.each(entries)(
  "every type that %s leads to can be imported from there, or from the first entry",
  (entry) => {
    named = new Map();
    visited = new Set();
    const exported = new Set(exportsOf(entry).concat(exportsOf(entries[0])));
    for (const symbol of exportsOf(entry)) follow(symbol, "");
    expect(named.size).toBeGreaterThan(5);
    const nowhere = [...named].filter(([symbol]) => !exported.has(symbol));
    expect(nowhere.map(([symbol, way]) => `${symbol.name}, by${way}`)).toEqual([]);
  },
);

test("no declaration that a program reads is another library's", () => {
  const files = program.getSourceFiles().map(({ fileName }) => fileName);
  const others = files.filter((file) => !file.startsWith(dist) && !/\/lib\/lib\.[\w.]+\.d\.ts$/.test(file));
  expect(others).toEqual([]);
});
