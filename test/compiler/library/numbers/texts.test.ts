import { expect, test } from "vitest";
import { compileApart, surprises, type Table, type Value } from "./audit.js";
import { printingDiffers, readingDiffers, stringsDiffer } from "./documented.js";
import { f32s, f64s, integers, integerTypes, random, randomBits } from "./values.js";

const spaces = "\t\n\v\f\r \u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
const texts = [
  ...["", "a", "abc", "abcabc", "aaaa", "A,b,,C", ",", "a\0b", "ab".repeat(20), "$&$$", "0", "-1.5e3"],
  ...["     ", "    a", "a    ", "  a b ", `${spaces}x\u180e\u200b${spaces}`],
  ...["\u{1f600}x", "\ud800", "\udc00a\ud83d", "ΑΣ ΣΑΣ. Σ ΑΣ", "ßŉİıſKÅ"],
];
const parts = ["", "a", "b", "ab", "bc", "aa", ",", " ", "abcabc", "\ude00", "\u{1f600}", "ab".repeat(20)];
const replacements = ["", "-", "aa", "$", "$&", "[$$|$&|$`|$'|$1|$<a>|$]"];
const places: Value[] = [-(2 ** 31), -7, -3, -1, 0, 1, 2, 3, 4, 6, 7, 40, 41, 1000, 2 ** 31 - 1];
const lengths: Value[] = [-(2 ** 31), -5, -1, 0, 1, 2, 3, 7, 50, 100];
const codes: Value[] = [-1, 0, 65, 0xd800, 0xffff, 0x10000, 0x1f600, 0x10ffff, 0x110000, 2 ** 31 - 1];

const s = ["text", texts] as const;
const t = ["text", parts] as const;
const i = ["i32", places] as const;
const n = ["i32", lengths] as const;
const table = (
  variables: Table["variables"],
  returns: Table["returns"],
  expressions: Table["expressions"],
): Table => ({
  variables,
  returns,
  expressions,
});

const strings: Table[] = [
  table({ s }, "f64", ["s.length", "!s", "s ? 1 : 0"]),
  table({ s, t }, "f64", ["s < t", "s <= t", "s > t", "s >= t", "s == t", "s != t"]),
  table({ s, t }, "f64", [
    "s.indexOf(t)",
    "s.lastIndexOf(t)",
    "s.includes(t)",
    "s.startsWith(t)",
    "s.endsWith(t)",
  ]),
  table({ s, t, i }, "f64", ["s.indexOf(t, i)", "s.lastIndexOf(t, i)", "s.includes(t, i)"]),
  table({ s, t, i }, "f64", ["s.startsWith(t, i)", "s.endsWith(t, i)"]),
  table({ s, i }, "f64", ["s.charCodeAt(i)", "s.codePointAt(i)"]),
  table({ s, i }, "text", ["s[i]", "s.at(i)", "s.charAt(i)", "s.slice(i)", "s.substring(i)", "s.substr(i)"]),
  table({ s, i, j: i }, "text", ["s.slice(i, j)", "s.substring(i, j)", "s.substr(i, j)"]),
  table({ s }, "text", [
    "s.trim()",
    "s.trimStart()",
    "s.trimEnd()",
    "s.trimLeft()",
    "s.trimRight()",
    "s.toString()",
  ]),
  table({ s }, "text", ["s.toUpperCase()", "s.toLowerCase()", "s + s", `\`<\${s}>\``, "s.split().join('|')"]),
  table({ s, t }, "text", ["s.concat(t)", "s.split(t).join('|')"]),
  table({ s, t, n }, "text", ["s.split(t, n).join('|')", "s.padStart(n, t)", "s.padEnd(n, t)"]),
  table({ s, n }, "text", ["s.repeat(n)", "s.padStart(n)", "s.padEnd(n)"]),
  table({ s, t, u: ["text", replacements] }, "text", ["s.replace(t, u)", "s.replaceAll(t, u)"]),
  table({ i: ["i32", codes], j: ["i32", codes] }, "text", [
    "String.fromCharCode(i)",
    "String.fromCharCode(i, j)",
  ]),
  table({ i: ["i32", codes] }, "text", ["String.fromCodePoint(i)"]),
];

// what has a case, stands beside a letter that has, or is a space
const characters = Array.from({ length: 0x1f000 }, (_, code) => String.fromCodePoint(code)).filter((c) =>
  /^[\0-\u2fff\p{CWCM}\p{Cased}\p{M}\p{Z}\p{Cf}]$/u.test(c),
);
const ofCharacters = table({ s: ["text", characters] }, "text", [
  "s.toUpperCase()",
  "s.toLowerCase()",
  "(s).trim()",
]);

test("kernels do with strings what JavaScript does, or as documented", async () => {
  expect(await surprises([...strings, ofCharacters], stringsDiffer)).toEqual([]);
});

const next = random(2);
const many = <T>(count: number, one: () => T) => Array.from({ length: count }, one);
const doubles = [
  ...f64s,
  ...many(5000, () => randomBits(next)),
  ...many(2000, () => Math.round(next() * 1e7) / 1e4),
];
const powersOf10 = Array.from({ length: 633 }, (_, k) => Number(`1e${k - 324}`));
const powersOf2 = Array.from({ length: 2098 }, (_, k) => 2 ** (k - 1074));
const radixes: Value[] = [-(2 ** 31), -1, 0, 1, 2, 3, 7, 8, 10, 16, 32, 35, 36, 37];

test("kernels print numbers as JavaScript does, or as documented", async () => {
  const printed = ["x.toString()", `\`\${x}\``];
  const tables = [
    table({ x: ["f64", [...doubles, ...powersOf10, ...powersOf2]] }, "text", printed),
    table({ x: ["f32", [...f32s, ...many(3000, () => randomBits(next, "f32"))]] }, "text", printed),
    table({ x: ["f64", f64s], r: ["i32", radixes] }, "text", ["x.toString(r)"]),
    table({ x: ["f32", f32s], r: ["i32", radixes] }, "text", ["x.toString(r)"]),
    ...integerTypes.map((type) =>
      table({ x: [type, integers(type)], r: ["i32", radixes] }, "text", [...printed, "x.toString(r)"]),
    ),
    table({ x: ["f64", f64s], y: ["f64", [0.1, 3, Number.NaN]] }, "text", [
      "[x, y].join()",
      "[x, y].toString()",
    ]),
    table({ x: ["f32", f32s] }, "text", ["[x, x].join()"]),
  ];
  expect(await surprises(tables, printingDiffers)).toEqual([]);
});

const written = [
  ...["", "0", "1", "12", "00", "000", "017", "z", "Zz", "abc", "12abc", "NaN", "９", "@", "[", "`", "{"],
  ...["0x", "0xff", "0XFf", "0x1p3", "0xg", "0b101", "0o17", "1_000", "1,000", "1n"],
  ...[
    "1e3",
    "1E3",
    "1e",
    "1e+",
    "1e-",
    "1e+3",
    "1e-3",
    "e3",
    "0.e1",
    "0.e",
    "0e5",
    "5.e1",
    ".e1",
    "1e5.5",
    "1.5.5",
  ],
  ...[".5", "5.", ".", "..5", "0.0", "00.10", "-.5", ".0", "0.", "000.000", "1.50", "100.00e-2"],
  ...["Infinity", "infinity", "Infinit", "InfinityX"],
  ...["1e400", "1e-400", "1e1000000000000", "1e-1000000000000", "0e1000000000", "1e309", "1e-324", "1e308"],
  ...[
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9007199254740995",
    "9007199254740993.0000000001",
  ],
  ...[
    "18446744073709551615",
    "18446744073709551616",
    "123456789012345678901234567890",
    `1${"0".repeat(400)}`,
  ],
  ...[
    `0.${"0".repeat(400)}1e401`,
    `1${"0".repeat(400)}e-400`,
    `${"9".repeat(1000)}e-990`,
    `${"0".repeat(900)}7`,
  ],
  // half way between two, just below and just above
  ...[
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "2.2250738585072011e-308",
    "2.2250738585072012e-308",
  ],
  ...["1.7976931348623158e308", "1.7976931348623159e308", "1.797693134862315807e308", "358416272e-33"],
  ...["312", "313", "3125", `3125${"0".repeat(800)}1`].map(
    (end) => `1.0000000000000001110223024625156540423631668090820${end}`,
  ),
  ...["7", "70", `7${"0".repeat(900)}`, `7${"0".repeat(900)}1`].map(
    (end) => `0.50000000000000005551115123125782${end}`,
  ),
  `${2 ** 53}`.replace("2", "3"),
  (2n ** 1024n - 2n ** 970n).toString(),
  (2n ** 1024n - 2n ** 970n - 1n).toString(),
  (2n ** 1000n + 2n ** 947n).toString(),
  (2n ** 1000n + 2n ** 947n + 1n).toString(),
];
const signed = ["", "+", "-", "- ", "--", "+-"].flatMap((sign) => written.map((each) => sign + each));
const spaced = [" ", spaces].flatMap((space) =>
  ["", "12", "-0x1f", "1e3", "-"].flatMap((each) => [space + each, each + space]),
);
const decimals = doubles
  .filter(Number.isFinite)
  .flatMap((x) => [String(x), x.toPrecision(17), x.toExponential(30), x.toFixed(Math.floor(next() * 20))]);
const ofRadix = many(300, () => next().toString(36).slice(2) + next().toString(36).slice(2)).concat(
  many(300, () => next().toString(2).slice(2).repeat(3)),
);

test("kernels read numbers as JavaScript does, or as documented", async () => {
  const all = ["text", [...signed, ...spaced, ...decimals]] as const;
  const tables = [
    table({ s: all }, "f64", ["parseFloat(s)", "Number.parseFloat(s)", "parseInt(s)", "Number.parseInt(s)"]),
    table({ s: all }, "f64", [["f64.parse(s)", "parseFloat(s)"]]),
    table({ s: all }, "f32", [["f32.parse(s)", "parseFloat(s)"]]),
    table({ s: ["text", [...signed, ...spaced, ...ofRadix]], r: ["i32", radixes] }, "f64", [
      "parseInt(s, r)",
    ]),
    table({ s: ["text", [...signed, ...spaced]] }, "f64", [["i32.parse(s)", "parseInt(s) || 0"]]),
  ];
  expect(await surprises(tables, readingDiffers)).toEqual([]);
});

test("what depends on the machine's language does not compile, and says what to write", async () => {
  const source = "export function f(x: f64): i32 { return x.toString().localeCompare('a'); }";
  await expect(compileApart(source)).rejects.toThrow(/'localeCompare' cannot be .* compare with < and >/);
});
