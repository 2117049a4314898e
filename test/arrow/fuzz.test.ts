import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fuzz } from "./fuzz/run.js";
import { seedFiles } from "./fuzz/seeds.js";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nogil-fuzz-"));
  for (const [name, bytes] of Object.entries(await seedFiles())) writeFileSync(join(folder, name), bytes);
});
afterAll(() => rmSync(folder, { recursive: true }));

const cases = Number(process.env.ARROW_FUZZ_CASES ?? 3000);

describe("damaged Arrow data", () => {
  test(
    "gives right values or an error of ours, soon, in 8 times its size and 16 MiB, whole or batch by batch",
    async () => {
      const { counts, troubles } = await fuzz(folder, 11, cases);
      expect(troubles).toEqual([]);
      const files = Object.keys(await seedFiles()).length;
      expect(counts["as it is"]).toEqual({ "right values": files });
      // what is cut off is refused but for streams that end between two messages
      expect(counts["cut off"].error).toBeGreaterThan(0.98 * sum(counts["cut off"]));
      expect(counts["flipped in metadata"].error).toBeGreaterThan(
        counts["flipped in metadata"]["other values"],
      );
      expect(sum(Object.values(counts).map(sum))).toBe(cases);
    },
    10 * 60_000,
  );

  test("is found by the process that looks for it: too much memory, too long, an odd error", async () => {
    const odd = join(folder, "odd");
    cpSync(join(folder, "own.stream"), join(odd, "own.stream"));
    for (const [trouble, expected] of [
      ["memory", "where "],
      ["objects", "where "],
      ["forever", "took more than 2 s"],
      ["odd", "Cannot read properties of undefined"],
      ["values", "fromArrow: "],
    ]) {
      const { troubles } = await fuzz(odd, 11, 1, {
        env: { ARROW_FUZZ_TROUBLE: trouble },
        mostMs: trouble === "forever" ? 2000 : undefined,
      });
      expect(troubles).toMatchObject([{ index: 0, trouble: expect.stringContaining(expected) }]);
    }
  });
});

const sum = (counts: Record<string, number> | number[]): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);
