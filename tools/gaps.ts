import { type DeclarationReflection, type ProjectReflection, type Reflection, ReflectionKind } from "typedoc";

const {
  Function: Fn,
  Class,
  Interface,
  TypeAlias,
  Variable,
  Property,
  Parameter,
  TypeLiteral,
} = ReflectionKind;
const { CallSignature, Constructor, ConstructorSignature, GetSignature, Module } = ReflectionKind;
const declarations = [Module, Class, Interface, TypeAlias, Variable, Property, Parameter];
const described = [...declarations, CallSignature, ConstructorSignature, GetSignature];

/** What the docstrings of an API lack, a sentence each. */
export function gapsOf(project: ProjectReflection): string[] {
  const all = Object.values(project.reflections).filter(isOurs);
  return all.flatMap((each) => lackedBy(each).map((what) => `${nameOf(each)} has no ${what}.`)).sort();
}

function lackedBy(each: Reflection): string[] {
  const lacked: string[] = [];
  const lacks = (tag: `@${string}`) => !each.comment?.getTag(tag);
  if (each.kindOf(described) && !each.comment?.summary.length) lacked.push("description");
  const isFunction = each.kindOf(CallSignature) && each.parent!.kindOf(Fn);
  if (isFunction) lacked.push(...(["@throws", "@cost"] as const).filter(lacks));
  if ((isFunction || each.kindOf(Class) || isOptions(each)) && lacks("@example")) lacked.push("@example");
  if (isOption(each) && lacks("@default")) lacked.push("@default");
  return lacked;
}

/** A type that programs write rather than read. */
function isOptions(each: Reflection): boolean {
  return (
    each.kindOf([Interface, TypeAlias]) &&
    /(Options|Settings|Configuration|Spec|RunArguments)$/.test(each.name)
  );
}

/** What may be left out of an object that programs write. */
function isOption({ kind, flags, parent }: Reflection): boolean {
  if (kind !== Property || !flags.isOptional) return false;
  return (
    isOptions(parent!) ||
    (parent!.kindOf(TypeLiteral) && (parent!.parent!.kindOf(Parameter) || isOptions(parent!.parent!)))
  );
}

/** Whether a reflection has a docstring of its own: what a base class, a type that is computed or one of a function has, has none. */
function isOurs(each: Reflection): boolean {
  if (each.isReference() || each.flags.isExternal || each.flags.isInherited) return false;
  if (each.isDeclaration() && each.kindOf(Property) && each.type?.type === "literal") return false;
  if (each.kindOf(Parameter) && each.name === "this") return false;
  if (each.kindOf(Constructor) && each.name === "__type") return false;
  if (!each.parent) return true;
  if (!each.parent.kindOf(TypeLiteral)) return isOurs(each.parent);
  const owner = each.parent.parent as DeclarationReflection;
  const isComputed = owner.kindOf(TypeAlias) && ["conditional", "mapped"].includes(owner.type?.type ?? "");
  return !each.kindOf(CallSignature) && !isComputed && isOurs(owner);
}

/** `nogil/arrow: toArrow(options)` */
function nameOf(each: Reflection): string {
  const { parent } = each;
  if (!parent || each.kindOf(Module)) return `${each.name}:`;
  if (each.kindOf([CallSignature, ConstructorSignature, GetSignature, TypeLiteral])) return nameOf(parent);
  if (each.kindOf(Parameter)) return `${nameOf(parent)}(${each.name})`;
  return `${nameOf(parent)}${parent.parent?.isProject() ? " " : "."}${each.name}`;
}
