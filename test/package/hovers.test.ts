import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// the newest compiler has no language service to call
const ts: any = await import("typescript-5.9" as string).then(({ default: module }) => module);
const file = fileURLToPath(new URL("../types/calls/hovered.ts", import.meta.url));
const dist = fileURLToPath(new URL("../../dist/index.d.ts", import.meta.url));
const text = readFileSync(file, "utf8");

const service = ts.createLanguageService({
  ...ts.sys,
  useCaseSensitiveFileNames: () => true,
  getScriptFileNames: () => [file],
  getScriptVersion: () => "1",
  getScriptSnapshot: (name: string) =>
    ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name)) : undefined,
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getCompilationSettings: () => ({
    ...ts.convertCompilerOptionsFromJson(
      { target: "es2022", module: "nodenext", strict: true, types: ["node"] },
      ".",
    ).options,
    paths: { nogil: [dist] },
    skipLibCheck: true,
  }),
  getDefaultLibFileName: ts.getDefaultLibFilePath,
});

function hover(call: string): string {
  const info = service.getQuickInfoAtPosition(file, text.indexOf(call) + call.length - 1);
  const documentation = ts.displayPartsToString(info.documentation);
  return `${ts.displayPartsToString(info.displayParts).replaceAll(/\s+/g, " ")}${documentation && ` // ${documentation}`}`;
}

test("what stands at a parallel method has its parameters' names and its documentation", () => {
  expect(hover("batch.classify")).toBe(
    "(method) classify(threshold: number): Promise<Parallel<Hovered>> // Whether an id is long.",
  );
  expect(hover("batch.named")).toMatch(/^\(method\) named\(scale: number, options: /);
  expect(hover("pipeline().classify")).toMatch(
    /^\(method\) classify\(threshold: number \| Lazy<.* \/\/ Whether an id is long\.$/,
  );
});

test("what stands at a kernel, and at what is bound to it, has the kernel's declaration", () => {
  expect(hover("kernels.peak")).toContain('"peak(x: Float64Array, floor?: f64): f64"');
  expect(hover("const bound")).toContain('"peak(x: Float64Array, floor?: f64): f64">, [{ floor: number; }]>');
});
