import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOfDataUrl } from "../../dist/hosts/data-url.js";
import { sha256 } from "../../dist/hosts/sha256.js";

const bytes = fc.uint8Array({ maxLength: 300 });

test("SHA-256 in script is that of Node, whatever the bytes and wherever a block ends", () => {
  const expected = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
  for (let length = 0; length < 200; length++) {
    const data = new Uint8Array(length).fill(length);
    expect(sha256(data)).toBe(expected(data));
  }
  fc.assert(fc.property(bytes, (data) => sha256(data) === expected(data)));
});

test("a data: URL is read as fetch reads it, in base64 and in percent signs", async () => {
  const forms = [
    (data: Uint8Array) => `data:application/wasm;base64,${Buffer.from(data).toString("base64")}`,
    (data: Uint8Array) => `data:;base64,${encodeURIComponent(Buffer.from(data).toString("base64"))}`,
    (data: Uint8Array) =>
      `data:application/wasm,${Array.from(data, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")}`,
    () => "data:text/plain,a+b/c#fragment",
    () => "data:,",
  ];
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(...forms), async (data, form) => {
      const url = new URL(form(data));
      expect(bytesOfDataUrl(url)).toEqual(new Uint8Array(await (await fetch(url)).arrayBuffer()));
    }),
    { numRuns: 60 },
  );
  expect(() => bytesOfDataUrl(new URL("data:nothing"))).toThrow("has no comma");
});
