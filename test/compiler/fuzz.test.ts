import { expect, test } from "vitest";
import { fuzz, fuzzTimeout, printReport } from "../fuzz/fuzz.js";

// for long: NOGIL_FUZZ_SECONDS=600
test(
  "damaged asconfig.json files are read or refused in our words, and of a damaged record nothing is taken",
  async () => {
    const report = await fuzz({ target: new URL("./fuzz-target.ts", import.meta.url), files: 1200 });
    printReport("asconfig.json and records of builds", report);
    for (const { read, refused } of Object.values(report.counts)) expect(read + refused).toBeGreaterThan(250);
    expect(report.counts.flip.refused).toBeGreaterThan(20);
  },
  fuzzTimeout,
);
