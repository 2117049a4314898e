import { expect, test } from "vitest";
import { refuseBigEndian } from "../../dist/columns/memory.js";
import { readable } from "../../dist/kernels/faults/fault-location.js";

test.each([
  ["file:///home/jane/my%20kernels.ts", "/home/jane/my kernels.ts"],
  ["file:///C:/code/kernels.ts", "C:/code/kernels.ts"],
  ["file://server/share/kernels.ts", "//server/share/kernels.ts"],
  ["https://example.org/kernels.ts", "https://example.org/kernels.ts"],
])("an error names the source %s as %s", (source, path) => {
  expect(readable(source)).toBe(path);
});

test("a machine whose typed arrays are big-endian is refused", () => {
  refuseBigEndian(Uint8Array.of(1, 0));
  expect(() => refuseBigEndian(Uint8Array.of(0, 1))).toThrow("nogil needs a little-endian machine");
});
