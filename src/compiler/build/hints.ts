/** What the compiler reports, as asc tells it. */
export interface Report {
  readonly message: string;
  /** where, in the text of its file */
  readonly start: number;
  readonly end: number;
}

// the message; the text around its place, which lies between ⟦ and ⟧, if that matters; and what to do. the first that fits counts
type Hint = readonly [
  message: RegExp,
  where: RegExp | null,
  help: string | ((message: string[], where: string[], before: string) => string | undefined),
];

/** One line of help for an error that comes from habits of JavaScript, or undefined where the compiler's message says enough. */
export function hintFor({ message, start, end }: Report, text: string): string | undefined {
  const before = text.slice(0, start);
  // no pattern looks further back than a few lines
  const marked = `${before.slice(-400)}⟦${text.slice(start, end)}⟧${text.slice(end, end + 200)}`;
  for (const [pattern, place, help] of hints) {
    const said = pattern.exec(message);
    const where = said && (place ? place.exec(marked) : [""]);
    if (!said || !where) continue;
    const line = typeof help === "string" ? help : help(said, where, before);
    if (line) return line;
  }
  return undefined;
}

const zero = (type: string) => (type === "f64" ? "0.0" : `<${type}>0`);

const conversion = /^Conversion from type '(\w+)' to '(\w+)' requires/;
const anyText = "'any', 'unknown' and 'object' are not types here: every value has one type, such as f64.";
const noObject =
  "What is in braces needs a class: class Point { x: f64 = 0; y: f64 = 0 }, and then const p: Point = { x: 1, y: 2 }.";
const noDestructuring =
  "There is no destructuring: take one after the other, const a = x[0]; const b = x[1].";
const noAsync =
  "A kernel runs from its first line to its last without waiting: leave out async, await and Promise, and pass it what it needs.";
const noGenerator = "There are no generators: return a typed array, or write into a row.";
const noConsole =
  "A kernel has no console: to see a value return it, write it into a row, or throw an error that contains it.";
const noSpread = "There is no spreading: go over the elements in a loop.";

const hints: readonly Hint[] = [
  [
    /^Conversion from type '[iu]\d+' to '(f\d+)' requires/,
    /⟦(?:([\w$.[\]]+)\s*\/\s*([\w$.[\]]+)⟧|[^⟧]*\/)/,
    ([, to], [, a = "a", b = "b"]) =>
      `Integers divide to an integer, without a fraction: convert before, <${to}>${a} / ${b}.`,
  ],
  [
    conversion,
    /(?<![\w.])([A-Za-z_$][\w$]*)\s*(?:\*\*|[-+*/%])?=\s*⟦/,
    ([, from, to], [, name], before) => {
      const value = firstValue(name, before);
      if (value === undefined) return undefined;
      const whole = /^-?\d+$/.test(value);
      if (!whole && /^-?[\d.]/.test(value)) return undefined;
      const why = whole ? "begins with a whole number" : `begins with '${value}'`;
      return `'${name}' ${why}, so it is an ${to}: write 'let ${name}: ${from} = ${value}'.`;
    },
  ],
  [
    conversion,
    /\.reduce(?:Right)?\([^;{]*=>\s*⟦/,
    ([, from, to]) =>
      `The first value sets the type of the result, and a whole number is an ${to}: write ${zero(from)} for 0.`,
  ],
  [
    conversion,
    /[\w$)\]]\[⟦([^⟧]*)⟧\s*\]/,
    ([, , to], [, index]) => `An index is an ${to}: write ${cast(to, index)} between the brackets.`,
  ],
  [
    conversion,
    /\breturn\s+⟦([^⟧]*)⟧/,
    ([, from, to], [, value]) =>
      `The function says that it returns ${to}: write ${from} there, or return ${cast(to, value)}.`,
  ],
  [
    /^Conversion from type '(\w+)' to 'usize' requires/,
    /\.push\(⟦/,
    ([, from]) => `An empty list needs its type: const list: ${from}[] = [].`,
  ],
  [conversion, /⟦([^⟧]*)⟧/, ([, , to], [, value]) => `To convert it, write ${cast(to, value)}.`],
  [
    /^Not implemented: Iterators/,
    /for\s*\(\s*⟦?\s*(?:const|let|var)\s+([\w$]+)⟧?\s*⟧?\s+of\s+([\w$.]+)\s*\)/,
    (_, [, name, list]) =>
      `There is no for … of: count, for (let i = 0; i < ${list}.length; i++) { const ${name} = ${list}[i]; … }`,
  ],
  [/^Not implemented: Iterators/, null, "There is no for … of: count, for (let i = 0; i < x.length; i++)."],
  [
    /^'const' declarations must be initialized|^Type expected|^';' expected/,
    /for\s*\(\s*(?:const|let|var)\s+⟦?[\w$]+⟧?\s*⟦?⟧?\s*in\b/,
    "There is no for … in: count, for (let i = 0; i < x.length; i++).",
  ],
  [
    /^Not implemented: Closures/,
    /⟦([\w$]+)⟧/,
    (_, [, name]) =>
      `A function inside another one cannot use '${name}' of the one around it: write a loop in place of the callback, or pass '${name}' as a parameter.`,
  ],
  [
    /^Not implemented: Closures/,
    null,
    "A function inside another one cannot use its variables: write a loop in place of the callback, or pass what it needs.",
  ],
  [
    /^Type argument expected/,
    /⟦?new\s+(Map|Set|Array)\b/,
    (_, [, name]) => `Say what it holds: new ${name}<${name === "Map" ? "i32, f64" : "f64"}>().`,
  ],
  [
    /^Type argument expected|^Expected 1 type arguments?/,
    /\.(map|reduce|reduceRight)⟦?⟧?\(/,
    (_, [, method]) => `Say what the callback returns: .${method}<f64>(…).`,
  ],
  [/^Type expected/, /⟦\{/, noObject],
  [
    /^Type expected/,
    /⟦\[/,
    "There are no tuples: return a typed array such as Float64Array, or take several parameters.",
  ],
  [
    /^Type expected/,
    /\b(?:let|var|const)\s+(?:[^;\n]*,\s*)?([\w$]+)\s*⟦?[;,\n]?⟧?[;,\n]?$|\b(?:let|var)\s+(?:[^;\n=]*,\s*)?([\w$]+)\s*⟦/,
    (_, [, a, b]) => `A variable needs a type or a first value: let ${a ?? b}: f64 = 0.`,
  ],
  [
    /^Type expected/,
    /\(([^()⟦]*)⟦\)?⟧\)?\s*=>|\(([^()]*)\)⟦[^⟧]*⟧\s*=>|\(([\w$, ]*)⟦/,
    "Parameters and the result need types, but in a callback of an array: function f(x: f64): f64, or (x: f64): f64 => ….",
  ],
  [
    /^Type expected/,
    /\bfunction\s+[\w$]+\s*\([^()]*\)\s*⟦/,
    "Write the types of the parameters and of the result, void if there is none: function f(x: f64): f64.",
  ],
  [/^Type expected/, /\bclass\s[^}]*⟦/, "Fields and parameters need a type: x: f64 = 0."],
  [/^Cannot find name '(any|unknown|object)'/, null, anyText],
  [
    /^Cannot find name 'undefined'/,
    null,
    "There is no undefined, and a number is never missing: compare with isNaN(x), or take a flag of type bool.",
  ],
  [/^Cannot find name 'bigint'|^Cannot find name 'BigInt'/, null, "A whole number of 64 bits is an i64."],
  [/^Cannot find name 'delete'/, null, "There is no delete: set what you delete to 0 or null."],
  [/^Cannot find name '(?:Promise|await|async)'/, null, noAsync],
  [/^Cannot find name 'arguments'/, null, "There is no 'arguments': name each parameter."],
  [
    /^Cannot find name '(JSON|require|globalThis|window|Buffer|Intl|RegExp|Proxy|Object|setTimeout|structuredClone|fetch)'/,
    null,
    ([, name]) => `A kernel has no ${name}, for it is not JavaScript: do that before or after the call.`,
  ],
  [
    /^File '~lib\/node:|^File '~lib\/(?:fs|os|path|util|crypto)\.ts'/,
    null,
    "A kernel imports AssemblyScript only: do that in JavaScript, and pass the result as an argument.",
  ],
  [
    /^Not implemented: union types/,
    null,
    "A value has one type. A number is never missing: use NaN, or a flag of type bool; an object may be 'Point | null'.",
  ],
  [
    /^Not implemented: Regular expressions/,
    null,
    "Search text with indexOf, includes, startsWith and split, or do it in JavaScript before the call.",
  ],
  [
    /^Not implemented: Exceptions/,
    null,
    "There is no try … catch: check before, such as if (isNaN(x)). An item that throws fails alone, and its caller gets the error.",
  ],
  [/^Not implemented: Spread/, null, noSpread],
  [/^Not implemented: 'in' operator/, null, "Compare the index with the length, or ask map.has(key)."],
  [/expected/, /⟦(?:export\s*)?⟧?\s*async\b|⟦async⟧|\basync\s*⟦|⟦await\b|\bawait\s*⟦/, noAsync],
  [/expected/, /\bfunction\s*⟦?⟧?\s*\*/, noGenerator],
  [/expected/, /\b(?:const|let|var)\s*⟧?\s*⟦?[[{]|\bfunction\s*[\w$]*\s*⟦?\([^()]*⟧?[[{]/, noDestructuring],
  [/^Cannot assign to '~lib\/array\/Array/, /⟦?\[/, "There is no destructuring: swap by way of a variable."],
  [/expected/, /\?⟦\./, "There is no '?.': check for null before, if (p) { … }."],
  [
    /expected/,
    /\?⟦\?/,
    "There is no '??': write a condition, such as isNaN(x) ? 0 : x; an object may be null: p ? p : q.",
  ],
  [/^(?:Expected \d+ arguments|Expression expected)/, /⟦[^⟧]*\.\.\.|⟦\.\.\./, noSpread],
  [
    /^Expected 2 arguments, but got (?:[3-9]|\d\d)/,
    /⟦(Math\.(?:max|min|hypot))\(/,
    (_, [, name]) => `${name} takes two numbers: ${name}(a, ${name}(b, c)).`,
  ],
  [
    /^Expected 2 arguments, but got 1/,
    /⟦[^⟧]*\.(reduce|reduceRight)\(/,
    (_, [, name]) => `Give the first value, of the type of the result: x.${name}((a, b) => a + b, 0.0).`,
  ],
  [/'<object>'|^Type '\{/, null, noObject],
  [/on type '~lib\/console\/console'/, null, noConsole],
  [/is not assignable to type '~lib\/string\/String'/, /\bconsole\.\w+\(\s*⟦/, noConsole],
  [
    /is not assignable to type '~lib\/string\/String'/,
    /⟦([\w$.[\]]+)⟧/,
    (_, [, value]) => `To print a number, write ${value}.toString() or \`\${${value}}\`.`,
  ],
  [
    /^Property '(toFixed|toPrecision|toExponential)' does not exist/,
    null,
    ([, name]) => `There is no ${name}: round with Math.round(x * 100) / 100, or print in JavaScript.`,
  ],
  [
    /^Property '(find|findLast|flatMap|with|toSorted|toReversed|toSpliced|entries|keys|values)' does not exist on type '~lib\/(?:array|typedarray)/,
    null,
    ([, name]) => `Arrays have no ${name} here: write a loop.`,
  ],
  [
    /^Expected 1 arguments, but got \d+/,
    /⟦[^⟧]*\.(push|unshift)\(/,
    (_, [, name]) => `${name} takes one element: call it for each.`,
  ],
  [
    /^Property '(from|of)' does not exist on type '~lib\/(?:array|typedarray)\/(\w+)'/,
    null,
    ([, name, type]) =>
      `There is no ${type}.${name}: make 'new ${type === "Array" ? "Array<f64>" : type}(length)' and set its elements in a loop.`,
  ],
  [
    /^Type '~lib\/array\/Array<\w+>' is not assignable to type 'i32'/,
    /new\s+(\w+Array)\(\s*⟦/,
    (_, [, type]) => `${type} takes a length: make 'new ${type}(n)' and set its elements one by one.`,
  ],
  [
    /^Type '~lib\/array\/Array<\w+>' is not assignable to type '~lib\/typedarray\/(\w+)'/,
    null,
    ([, type]) => `[…] is a list, not a typed array: make 'new ${type}(n)' and set its elements one by one.`,
  ],
  [
    /^Operator '([&|^~]|<<|>>>?)' cannot be applied to types? 'f(?:32|64)'/,
    null,
    ([, sign]) =>
      `'${sign}' is for integers: convert first, ${sign === "~" ? "~<i32>x" : `<i32>x ${sign} y`}.`,
  ],
  [
    /^Operator '(\S+)' cannot be applied to types '(?:([iu]\d+)' and '(f\d+)|(f\d+)' and '([iu]\d+))'/,
    null,
    ([, sign, left, to, float, right]) =>
      left
        ? `'${sign}' takes two of one type: convert the ${left}, <${to}>x ${sign} y.`
        : `'${sign}' takes two of one type: convert the ${right}, x ${sign} <${float}>y.`,
  ],
  [
    /identifier or keyword cannot immediately follow a numeric literal/,
    /\d⟦?⟧?n\b/,
    "Write the number without n, and its type i64 or u64.",
  ],
  [/^Expression does not compile to a value/, /⟦Number\b/, "Write <f64>x, or parseFloat(text)."],
  [
    /^Parameter '([^']*)' of kernel '[^']*' is '(?:Array<.*>|.*\[\])'/,
    null,
    ([, name]) => `Take a list of numbers as a row: ${name}: Float64Array.`,
  ],
  [
    /^Parameter '([^']*)' of kernel '[^']*' is 'string'/,
    null,
    ([, name]) => `Take text as bytes, ${name}: Uint8Array: String.UTF8.decode(${name}.slice().buffer).`,
  ],
  [/^Parameter .* is 'bigint'|returns 'bigint'/, null, "A whole number of 64 bits is an i64."],
  [
    /^Kernel '[^']*' returns '(?:Array<.*>|.*\[\])'/,
    null,
    "Return a list as a typed array: make 'new Float64Array(n)' and set its elements.",
  ],
  [/^(?:Parameter .* is|Kernel '[^']*' returns) 'Promise/, null, noAsync],
];

const cast = (to: string, value: string) =>
  /^[\w$.[\]]+$/.test(value) ? `<${to}>${value}` : `<${to}>(${value})`;

/** What a variable begins with that has no type written: `let s = 0`, or `let a = 1, s = 0`. */
function firstValue(name: string, before: string): string | undefined {
  const declared = new RegExp(
    `^.*\\b(?:let|var)\\s(?:[^;{}\\n]*,)?\\s*${name.replaceAll("$", "\\$")}\\s*=\\s*([^;,\\n]+)`,
    "gm",
  );
  // the function's own, or else the module's
  const functionAt = Math.max(0, before.search(/\bfunction\b(?![\s\S]*\bfunction\b)/));
  const own = [...before.slice(functionAt).matchAll(declared)].at(-1);
  const found =
    own ?? [...before.matchAll(declared)].find(([line]) => /^(?:export\s|let\s|var\s)/.test(line));
  return found?.[1].trim();
}
