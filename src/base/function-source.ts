/**
 * Any method of a batch.
 * @group Types behind types
 */
export type Method = (this: any, ...args: any[]) => any;

// what the text of a function tells, for errors about functions that cannot do what they are meant to

/** Whether it has no `this` of its own. */
export function isArrow(fn: Method): boolean {
  // methods have no prototype either
  return !Object.hasOwn(fn, "prototype") && headOf(bareSource(fn))?.isArrow === true;
}

/** Whether the text has the `this` around it, or what compilers make of that at the top level of a module. */
export function mentionsThis(fn: Method): boolean {
  // most functions do not, which is seen at once
  if (!/\bthis\b|\(void 0\)/.test(textOf(fn))) return false;
  const bare = withoutOwnThis(bareSource(fn));
  // compilers pass it to their helpers, whoever needs it; and it may be the name of a property
  return /(?<!(?<!\.\.)\.\s*|\b__\w+\(\s*)(?!(?<=[{,]\s*)this\s*:)\bthis\b|\(void 0\)\s*[.[]/.test(bare);
}

/** Whether it is a class, which is not called. */
export function isClass(fn: Method): boolean {
  // a method may be called "classify", or "class"
  return textOf(fn).startsWith("class") && /^class(\s*\{|\s+[^\s(])/.test(bareSource(fn));
}

/** Whether a call makes an iterator and runs nothing. */
export function isGenerator(fn: Method): boolean {
  return /^(Async)?GeneratorFunction$/.test(Object.prototype.toString.call(fn).slice(8, -1));
}

/** The names that the first parameter takes out of an object, `["x", "y"]` for `({ x, y = 1 })`; none for any other. */
export function namesOfFirst(fn: Method): readonly string[] {
  const { parameters = "" } = headOf(bareSource(fn)) ?? {};
  const [, inside] = /^\s*\{([^{}]*)\}/.exec(parameters) ?? [];
  if (inside === undefined) return [];
  const names = inside.split(",").map((each) => /^\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(each)?.[1]);
  return names.filter((name) => name !== undefined);
}

const identifier = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$]*`;
const bareParameter = new RegExp(String.raw`^\s*(?:async\s+)?${identifier}\s*=>`, "u");
// of a function or method, without computed names, which may be anything
const beforeParameters = new RegExp(
  String.raw`^\s*(?:async\b\s*)?(?:function\b\s*)?(?:\*\s*)?(?:#?${identifier}|[\d."]+)?\s*\(`,
  "u",
);

/** What stands between a function's parentheses, and whether an arrow follows. */
function headOf(bare: string): { parameters: string; isArrow: boolean } | undefined {
  if (bareParameter.test(bare)) return { parameters: "", isArrow: true };
  const before = beforeParameters.exec(bare)?.[0];
  if (before === undefined) return undefined;
  const end = closing(bare, before.length - 1);
  return { parameters: bare.slice(before.length, end), isArrow: /^\s*=>/.test(bare.slice(end + 1)) };
}

/** Where a bracket is closed. */
function closing(bare: string, from: number): number {
  let open = 0;
  for (let at = from; at < bare.length; at++) {
    if ("({[".includes(bare[at])) open++;
    else if (")}]".includes(bare[at]) && --open === 0) return at;
  }
  return bare.length;
}

// what has a body of its own `this`: a class, or parameters without an arrow behind them
const ownBody = /\bclass\b[^{}]*\{|\)\s*\{/g;
const notCalled = /(?:^|[^.\w$])(?:if|for|await|while|switch|with|catch)\s*$/;

function withoutOwnThis(bare: string): string {
  let left = "";
  let from = 0;
  for (const { 0: found, index } of bare.matchAll(ownBody)) {
    if (index < from || (found[0] === ")" && notCalled.test(wordBefore(bare, index)))) continue;
    const begin = index + found.length - 1;
    left += bare.slice(from, begin);
    from = closing(bare, begin) + 1;
  }
  return left + bare.slice(from);
}

/** What stands before the parenthesis that is closed here. */
function wordBefore(bare: string, from: number): string {
  let open = 0;
  for (let at = from; at >= 0; at--) {
    if (bare[at] === ")") open++;
    else if (bare[at] === "(" && --open === 0) return bare.slice(Math.max(0, at - 20), at);
  }
  return "";
}

const chunk = String.raw`(?:[^\x60\\$]|\\[\s\S]|\$(?!\{))*(?:\x60|\$\{)`;
const meaningless = new RegExp(
  String.raw`/\*[\s\S]*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\x60${chunk}`,
  "y",
);
const restOfTemplate = new RegExp(`\\}${chunk}`, "y");
const regExp = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
// where a slash divides nothing
const noDividend = /(?:^|[^\w$)\]}."\s]|\b(?:return|typeof|case|in|of|do|else|void|delete|yield|await))\s*$/;

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

// without comments, and a quote for each string and regular expression, where words mean nothing
function bareSource(fn: Method): string {
  const text = textOf(fn);
  // of each open brace, whether it is the `${` of a template
  const braces: boolean[] = [];
  let bare = "";
  for (let at = 0; at < text.length; ) {
    const closing = text[at] === "}" && braces.pop();
    let found = matchAt(closing ? restOfTemplate : meaningless, text, at);
    if (found && /^[`}][\s\S]*\$\{$/.test(found)) braces.push(true);
    else if (text[at] === "{") braces.push(false);
    if (text[at] === "/" && !found && noDividend.test(bare.slice(-20))) found = matchAt(regExp, text, at);
    bare += found ? (/^\/[/*]/.test(found) ? " " : '"') : text[at];
    at += found?.length ?? 1;
  }
  return bare;
}

function textOf(fn: Method): string {
  return Function.prototype.toString.call(fn);
}
