import { expect, test } from "vitest";
import { fuzz, fuzzTimeout, printReport } from "../fuzz/fuzz.js";

// for long: NOGIL_FUZZ_SECONDS=600
test(
  "damaged WFDB records and packed windows are read as they are or refused in our words, in bounded memory and time",
  async () => {
    const report = await fuzz({ target: new URL("./ecg-fuzz-target.ts", import.meta.url), files: 2000 });
    printReport("WFDB records and packed windows", report);
    for (const { read, refused } of Object.values(report.counts)) expect(read + refused).toBeGreaterThan(450);
    expect(report.counts.flip.read).toBeGreaterThan(20);
    expect(report.counts.flip.refused).toBeGreaterThan(20);
  },
  fuzzTimeout,
);
