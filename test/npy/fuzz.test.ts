import { expect, test } from "vitest";
import { fuzz, fuzzTimeout, printReport } from "../fuzz/fuzz.js";

// for long: NOGIL_FUZZ_SECONDS=600
test(
  "damaged .npy files are read as they are or refused in our words, in bounded memory and time",
  async () => {
    const report = await fuzz({ target: new URL("./fuzz-target.ts", import.meta.url), files: 4000 });
    printReport(".npy", report);
    for (const { read, refused } of Object.values(report.counts)) expect(read + refused).toBeGreaterThan(900);
    // the damage is of both kinds
    expect(report.counts.flip.read).toBeGreaterThan(100);
    expect(report.counts.flip.refused).toBeGreaterThan(100);
  },
  fuzzTimeout,
);
