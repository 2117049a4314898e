import type { Method } from "./spec.js";

// what the text of a function tells, for errors about functions that cannot do what they are meant to

/** Whether it has no `this` of its own. */
export function isArrow(fn: Method): boolean {
  // methods have no prototype either, and begin with their names
  if (Object.hasOwn(fn, "prototype") || fn.name === "async") return false;
  return /^(async\b\s*)?(\(|[\p{ID_Start}$_][\p{ID_Continue}$]*\s*=>)/u.test(bareSource(fn));
}

/** Whether the text has `this`, or what compilers make of that at the top level of a module. */
export function mentionsThis(fn: Method): boolean {
  return /\bthis\b|\(void 0\)\s*[.[]/.test(bareSource(fn));
}

/** Whether it is a class, which is not called. */
export function isClass(fn: Method): boolean {
  // a method may be called "classify", or "class"
  return /^class(\s*\{|\s+[^\s(])/.test(Function.prototype.toString.call(fn));
}

/** Whether a call makes an iterator and runs nothing. */
export function isGenerator(fn: Method): boolean {
  return /^(Async)?GeneratorFunction$/.test(Object.prototype.toString.call(fn).slice(8, -1));
}

/** The names that the first parameter takes out of an object, `["x", "y"]` for `({ x, y = 1 })`; none for any other. */
export function namesOfFirst(fn: Method): readonly string[] {
  const [, inside] = /^[^(]*\(\s*\{([^{}]*)\}/.exec(bareSource(fn)) ?? [];
  if (inside === undefined) return [];
  const names = inside.split(",").map((each) => /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(each)?.[1]);
  return names.filter((name) => name !== undefined);
}

const chunk = String.raw`(?:[^\x60\\$]|\\[\s\S]|\$(?!\{))*(?:\x60|\$\{)`;
const meaningless = new RegExp(
  String.raw`/\*[\s\S]*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\x60${chunk}`,
  "y",
);
const restOfTemplate = new RegExp(`\\}${chunk}`, "y");

// without comments and the text of strings, where words mean nothing
function bareSource(fn: Method): string {
  const text = Function.prototype.toString.call(fn);
  // of each open brace, whether it is the `${` of a template
  const braces: boolean[] = [];
  let bare = "";
  for (let at = 0; at < text.length; ) {
    const closing = text[at] === "}" && braces.pop();
    const skipped = closing ? restOfTemplate : meaningless;
    skipped.lastIndex = at;
    const found = skipped.exec(text)?.[0];
    if (found && /^[`}][\s\S]*\$\{$/.test(found)) braces.push(true);
    else if (text[at] === "{") braces.push(false);
    bare += found ? " " : text[at];
    at += found?.length ?? 1;
  }
  return bare;
}
