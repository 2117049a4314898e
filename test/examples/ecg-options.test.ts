import { describe, expect, test } from "vitest";
import { parseOptions } from "../../examples/ecg/options.js";

describe("the command line", () => {
  test("without options makes 64 recordings and writes beside the example", () => {
    const { out, ...rest } = parseOptions([]);
    expect(rest).toEqual({ source: { records: 64 }, check: false, help: false });
    expect(out).toMatch(/examples[/\\]ecg[/\\]out$/);
  });

  test("takes a folder of records or a number to make", () => {
    expect(parseOptions(["--data", "d", "--out", "o", "--check"])).toEqual({
      source: { data: "d" },
      out: "o",
      check: true,
      help: false,
    });
    expect(parseOptions(["--records=10000"]).source).toEqual({ records: 10_000 });
  });

  test.each([
    [["--record", "4"], /Unknown option '--record'/],
    [["--records", "0"], /--records takes a whole number from 1 to 999999, got "0"/],
    [["--records", "1000000"], /got "1000000"/],
    [["--records", "4.5"], /got "4.5"/],
    [["--records", "4", "--data", "."], /--data and --records exclude each other/],
    [["--data"], /--data <value>' argument missing/],
    [["--data", ""], /--data takes a folder, got an empty name/],
    [["--out", ""], /--out takes a folder, got an empty name/],
    [["folder"], /Unexpected argument 'folder'/],
  ])("refuses %j", (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});
