import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as apache from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nogil-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const { Field, Utf8, Int32, Float64, List, Struct, Interval } = apache;
const vector = (type: apache.DataType, values: unknown[]) =>
  apache.vectorFromArray(values as any, type as any);

function table(): apache.Table {
  return new apache.Table({
    n: vector(new Int32(), [1, null, 3]),
    t: vector(new Utf8(), ["a", null, "ü"]),
    l: vector(new List(new Field("item", new Float64(), true)), [[1, 2], null, [3]]),
    s: vector(new Struct([new Field("a", new Int32(), true)]), [{ a: 1 }, { a: null }, null]),
  } as any);
}

const field = (name: string, type: object, children: object[] = []) => ({
  name,
  type,
  nullable: true,
  children,
});
const int = { name: "int", isSigned: true, bitWidth: 32 };

/** The JSON of the table, as Arrow's integration tests have it. */
function json(): any {
  return {
    schema: {
      fields: [
        field("n", int),
        field("t", { name: "utf8" }),
        field("l", { name: "list" }, [field("item", { name: "floatingpoint", precision: "DOUBLE" })]),
        field("s", { name: "struct" }, [field("a", int)]),
      ],
    },
    batches: [
      {
        count: 3,
        columns: [
          { name: "n", count: 3, VALIDITY: [1, 0, 1], DATA: [1, 0, 3] },
          { name: "t", count: 3, VALIDITY: [1, 0, 1], OFFSET: [0, 1, 1, 3], DATA: ["a", "", "ü"] },
          {
            name: "l",
            count: 3,
            VALIDITY: [1, 0, 1],
            OFFSET: [0, 2, 2, 3],
            children: [{ name: "item", count: 3, VALIDITY: [1, 1, 1], DATA: [1, 2, 3] }],
          },
          {
            name: "s",
            count: 3,
            VALIDITY: [1, 1, 0],
            children: [{ name: "a", count: 3, VALIDITY: [1, 0, 0], DATA: [1, 0, 0] }],
          },
        ],
      },
    ],
  };
}

/** Runs the program on a folder with one version, of these files. */
function compared(
  name: string,
  made: apache.Table,
  expected: object,
): Promise<{ code: number; said: string }> {
  const version = join(folder, name, "1.0");
  mkdirSync(version, { recursive: true });
  writeFileSync(join(version, "made.json.gz"), gzipSync(JSON.stringify(expected)));
  writeFileSync(join(version, "made.arrow_file"), apache.tableToIPC(made, "file"));
  writeFileSync(join(version, "made.stream"), apache.tableToIPC(made, "stream"));
  return program(join(folder, name));
}

function program(...args: string[]): Promise<{ code: number; said: string }> {
  const script = fileURLToPath(new URL("./integration.ts", import.meta.url));
  const { ARROW_INTEGRATION: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, ["--import", "tsx", script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), said: stdout + stderr });
    });
  });
}

describe("the program that compares integration files with their JSON", () => {
  test("finds them equal where they are", async () => {
    const { code, said } = await compared("equal", table(), json());
    expect(said).toMatch(/1\.0 +│ 2 +│ 2 +│ 0 +│ 0 +│ 0 +│/);
    expect(code).toBe(0);
  });

  test.each([
    ["a number", (made: any) => (made.columns[0].DATA[2] = 4), "row 2 (int): 3, expected 4"],
    [
      "a null instead of a number",
      (made: any) => (made.columns[0].VALIDITY[0] = 0),
      "row 0 (int): 1, expected null",
    ],
    [
      "a number instead of a null",
      (made: any) => (made.columns[0].VALIDITY[1] = 1),
      "has a null at row 1, and a column of numbers holds none.",
    ],
    ["a letter", (made: any) => (made.columns[1].DATA[0] = "b"), 'row 0 (utf8): "a", expected "b"'],
    [
      "a text instead of a null",
      (made: any) => (made.columns[1].VALIDITY[1] = 1),
      'row 1 (utf8): null, expected ""',
    ],
    [
      "an entry of a list",
      (made: any) => (made.columns[2].children[0].DATA[1] = 9),
      "row 0 (list): [1,2], expected [1,9]",
    ],
    [
      "a field",
      (made: any) => (made.columns[3].children[0].VALIDITY[1] = 1),
      'row 1 (struct): {"a":null}, expected {"a":0}',
    ],
    ["a row less", (made: any) => (made.columns[0].count = 2), "3 rows, expected 2"],
  ])("finds %s that differs, and fails", async (what, change, why) => {
    const expected = json();
    change(expected.batches[0]);
    const { code, said } = await compared(what, table(), expected);
    expect(said).toContain(why);
    expect(said).toMatch(/1\.0 +│ 2 +│ 0 +│ 0 +│ 0 +│ 2 +│/);
    expect(code).toBe(1);
  });

  test("names what is refused, and reads the other columns", async () => {
    const months = apache.makeVector({ type: new Interval(0), data: Int32Array.of(1) } as any);
    const made = new apache.Table({ n: vector(new Int32(), [7]), i: months } as any);
    const { code, said } = await compared("refused", made, {
      schema: { fields: [field("n", int), field("i", { name: "interval", unit: "YEAR_MONTH" })] },
      batches: [
        {
          count: 1,
          columns: [
            { count: 1, VALIDITY: [1], DATA: [7] },
            { count: 1, VALIDITY: [1], DATA: [1] },
          ],
        },
      ],
    });
    expect(said).toMatch(/1\.0 +│ 2 +│ 0 +│ 2 +│ 0 +│ 0 +│/);
    expect(said).toContain('refused: The column "…" (Interval) has values that no component holds');
    expect(code).toBe(0);
  });

  test("fails where there are no files", async () => {
    for (const args of [[], [join(folder, "none")], [mkdtempSync(join(folder, "empty-"))]]) {
      const { code, said } = await program(...args);
      expect(said).toContain("There is no integration file of Arrow in");
      expect(said).toContain("clone https://github.com/apache/arrow-testing");
      expect(code).toBe(2);
    }
  });
});
