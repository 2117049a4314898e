import type {
  CallExpression,
  ClassDeclaration,
  Expression,
  IdentifierExpression,
  NewExpression,
  PropertyAccessExpression,
  Source,
  UnaryPrefixExpression,
} from "assemblyscript";
import { definePass } from "../passes/pass.js";
import { type FunctionScope, scopes, type Variable } from "./scopes.js";
import { isDeclared } from "./types.js";
import type { Unit } from "./unit.js";

const remedy = "Index the row instead, or build with --allow-unsafe (allowUnsafe: true).";

/** Refuses, in the user's own files, what reaches past the checks of rows into memory that other items and threads use. */
export const refuseRawMemory = definePass({
  name: "refuse-raw-memory",
  stage: "parsed",
  needs: [scopes],
  run({ unit, options, resultOf }) {
    if (options.allowUnsafe) return;
    const all = resultOf(scopes);
    for (const source of unit.ownSources) {
      refuseRawCalls(unit, source);
      for (const fn of all.functionsIn(source)) {
        const scope = all.of(source, fn);
        for (const variable of scope.variables) refuseRawViews(unit, scope, variable);
      }
    }
  },
});

/** Refuses `yield`, which would end the process: the parser takes it, and the compiler fails over it. */
export const refuseGenerators = definePass({
  name: "refuse-generators",
  stage: "parsed",
  run({ unit }) {
    const { tree } = unit;
    for (const source of unit.optimisedSources) {
      tree.walk(source, (node) => {
        if (!tree.is<UnaryPrefixExpression>(node, "UnaryPrefix") || node.operator !== tree.tokens.Yield)
          return;
        unit.error(
          node.range,
          "There are no generators, and so no 'yield': return a typed array, or write into a row.",
        );
      });
    }
  },
});

function refuseRawCalls(unit: Unit, source: Source): void {
  const { tree } = unit;
  tree.walk(source, (node) => {
    if (tree.is<CallExpression>(node, "Call")) {
      const name = rawCall(unit, source, node.expression);
      if (name) unit.error(node.range, `'${name}' is raw access to memory. ${remedy}`);
    }
    if (tree.is<ClassDeclaration>(node, "ClassDeclaration")) {
      const unmanaged = node.decorators?.find(
        ({ name }) => (name as IdentifierExpression).text === "unmanaged",
      );
      if (unmanaged) {
        unit.error(
          unmanaged.range,
          `'@unmanaged' makes '${node.name.text}' raw memory, whose objects end with their item. ` +
            "Leave it out, or build with --allow-unsafe (allowUnsafe: true).",
        );
      }
    }
    if (tree.is<PropertyAccessExpression>(node, "PropertyAccess") && node.property.text === "dataStart") {
      unit.error(node.property.range, `'.dataStart' is a raw address. ${remedy}`);
    }
  });
}

const rawFunctions = new Set([
  "load",
  "store",
  "changetype",
  "__alloc",
  "__realloc",
  "__free",
  "__new",
  "__renew",
]);
const rawNamespaces = new Set(["memory", "heap", "atomic"]);
const typeNamespace = /^(v128|[iuf](8|16|32|64)(x\d+)?)$/;

function rawCall(unit: Unit, source: Source, callee: Expression): string | undefined {
  const { tree } = unit;
  if (tree.is<IdentifierExpression>(callee, "Identifier")) {
    return rawFunctions.has(callee.text) && !isDeclared(unit, callee.text, source) ? callee.text : undefined;
  }
  if (!tree.is<PropertyAccessExpression>(callee, "PropertyAccess")) return undefined;
  const { expression: object, property } = callee;
  const path = callee.range.source.text.substring(callee.range.start, callee.range.end);
  const root = path.split(".")[0];
  if (isDeclared(unit, root, source)) return undefined;
  if (rawNamespaces.has(root)) return path;
  const onType = tree.is<IdentifierExpression>(object, "Identifier") && typeNamespace.test(object.text);
  return onType && /^(load|store)/.test(property.text) ? path : undefined;
}

function refuseRawViews(unit: Unit, scope: FunctionScope, variable: Variable): void {
  const { tree } = unit;
  // an array that the function itself made is its own, buffer and all
  const initializer = "initializer" in variable.declaration ? variable.declaration.initializer : null;
  if (!variable.row || (variable.statement && tree.is<NewExpression>(initializer, "New"))) return;
  for (const reference of variable.references) {
    const parent = scope.parentOf(reference);
    if (!tree.is<PropertyAccessExpression>(parent, "PropertyAccess")) continue;
    const { text } = parent.property;
    if (text === "buffer" || text === "byteOffset") {
      unit.error(parent.property.range, `'.${text}' of a row would open the memory around it. ${remedy}`);
    }
  }
}
