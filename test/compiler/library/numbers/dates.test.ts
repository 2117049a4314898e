import { expect, test } from "vitest";
import { compileApart, failed, outcomes, type Table } from "./audit.js";
import { random } from "./values.js";

const next = random(4);
const limit = 8_640_000_000_000_000;
const times = [
  ...[0, -1, 1, 999, -999, limit, -limit, 951_782_400_000, 951_868_799_999, 4_107_542_400_000],
  ...[-62_167_219_200_000, -62_167_219_200_001, -62_198_755_200_000],
  ...Array.from({ length: 2000 }, () => Math.trunc((next() * 2 - 1) * 10 ** (3 + next() * 12.9))),
].map(BigInt);
const few = times.slice(0, 40);
const steps = [
  -(2 ** 31),
  -100_000,
  -1000,
  -13,
  -1,
  0,
  1,
  2,
  3,
  11,
  12,
  13,
  29,
  31,
  60,
  367,
  1000,
  1970,
  100_000,
  2 ** 31 - 1,
];
const years = [
  -271_821,
  -271_822,
  -1,
  0,
  1,
  50,
  99,
  100,
  1969,
  1970,
  2000,
  2024,
  275_760,
  275_761,
  2 ** 31 - 1,
  -(2 ** 31),
];
const parts = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"];

const t = ["i64", times] as const;
const before = ["i64", few] as const;
const n = ["i32", steps] as const;
const y = ["i32", years] as const;
const tables: Table[] = [
  {
    variables: { t },
    returns: "f64",
    expressions: [...parts, "Day"].map((part) => [
      `new Date(t).getUTC${part}()`,
      `new Date(Number(t)).getUTC${part}()`,
    ]),
  },
  {
    variables: { t },
    returns: "text",
    expressions: ["toISOString", "toUTCString"].map((name) => [
      `new Date(t).${name}()`,
      `new Date(Number(t)).${name}()`,
    ]),
  },
  {
    variables: { t: before, n },
    returns: "f64",
    expressions: parts.map((part) => [`set${part}(t, n)`, `new Date(Number(t)).setUTC${part}(n)`]),
  },
  {
    variables: { t: before, n, d: n },
    returns: "f64",
    expressions: [["setMonthAndDay(t, n, d)", "new Date(Number(t)).setUTCMonth(n, d)"]],
  },
  {
    variables: { y, n, d: n },
    returns: "f64",
    expressions: ["Date.UTC(y, n, d)", "Date.UTC(y, 1, 29, n, d)"],
  },
  { variables: { h: n, n, d: n }, returns: "f64", expressions: ["Date.UTC(2000, 0, 1, h, n, d)"] },
];

const setters = [
  ...parts.map(
    (part) =>
      `set${part}(t: i64, n: i32): f64 { const d = new Date(t); d.setUTC${part}(n); return <f64>d.getTime(); }`,
  ),
  "setMonthAndDay(t: i64, n: i32, d: i32): f64 { const date = new Date(t); date.setUTCMonth(n, d); return <f64>date.getTime(); }",
];
const declarations = setters.map((setter) => `function ${setter}`).join("\n");

test("dates are those of JavaScript, and an error where those are invalid", async () => {
  const all = await outcomes(tables, { declarations });
  const wanted = all.map((each) => (Number.isNaN(each.javascript) ? failed : each.javascript));
  const wrong = all.filter(({ kernel }, i) => !Object.is(kernel, wanted[i]));
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(wanted).toContain(failed);
});

const days = [
  "2020",
  "2020-05",
  "2020-05-06",
  "+012020-01-01",
  "-000001-01-01",
  "0000-01-01",
  "2020-02-30",
  "1969-12-31",
];
const clocks = [
  "T00:00Z",
  "T07:08Z",
  "T07:08:09Z",
  "T07:08:09.1Z",
  "T07:08:09.1239Z",
  "T23:59:59.999+02:30",
  "T24:00-14:00",
];
const unknown = [
  ...["", "x", "20x0-01-01", "2020-13-01", "2020-00-01", "2020-01-32", "2020-01-00"],
  ...[
    "2020-01-01T25:00Z",
    "2020-01-01T24:01Z",
    "2020-01-01T07:60Z",
    "2020-01-01T07:08:60Z",
    "2020-01-01T07Z",
  ],
  ...["2020-01-01T07:08:09.Z", "2020-01-01T07:08Zx", "2020-01-01T07:08+02:0", "2020-01-01T"],
];
// V8 reads these as it likes, most in the zone of the machine
const loose = [
  ...["2020-05-06T07:08", "2020-05-06 07:08Z", "2020-5-6", "Wed, 06 May 2020 07:08:09 GMT"],
  ...["2020-01-01T07:08+0200", "-000000-01-01", "2020-01-01Z", "2020-"],
];

test("dates are read as JavaScript does where they tell their zone, and else are an error", async () => {
  const read = ["<f64>Date.fromString(s).getTime()", "Date.parse(s)"] as const;
  const known = days.flatMap((day) => ["", ...clocks].map((clock) => day + clock));
  const all = await outcomes([
    { variables: { s: ["text", [...known, ...unknown, ...loose]] }, returns: "f64", expressions: [read] },
  ]);
  const wanted = all.map(({ values: [text], javascript }) =>
    Number.isNaN(javascript) || loose.includes(text as string) ? failed : javascript,
  );
  expect(all.map(({ values: [text], kernel }) => [text, kernel])).toEqual(
    all.map(({ values: [text] }, i) => [text, wanted[i]]),
  );
});

test("what needs the machine's time zone does not compile, and says what to write", async () => {
  for (const name of ["toString", "toDateString", "toTimeString"]) {
    const source = `export function f(t: i64): i32 { return new Date(t).${name}().length; }`;
    await expect(compileApart(source)).rejects.toThrow("use toISOString() or toUTCString()");
  }
});
