import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { browser, node } from "./both.js";

const src = fileURLToPath(new URL("../../src/", import.meta.url));
const namesIn = (host: string) =>
  readdirSync(`${src}hosts/${host}`)
    .filter((name) => !name.endsWith(".d.ts"))
    .map((name) => name.replace(".ts", ""));
const { needs, bytes, events, timing, files, "async-context": context } = browser;

test("every file of one host is there for the other, with the same exports", () => {
  expect(Object.keys(node)).toEqual(namesIn("node"));
  expect(Object.keys(browser)).toEqual(namesIn("browser"));
  expect(namesIn("browser")).toEqual(namesIn("node"));
  for (const [name, exports] of Object.entries(node)) {
    const others = Object.keys(browser[name as keyof typeof browser]);
    expect([name, others.sort()]).toEqual([name, Object.keys(exports).sort()]);
  }
});

// the linter sees `process` and `node:…`; these are ways around it
const questions =
  /globalThis[^;\n]*\b(process|navigator|window|document|Deno|Bun|setImmediate)\b|getBuiltinModule|typeof (process|window|document|navigator|Worker|importScripts|Deno|Bun)\b|versions\??\.(node|bun|deno)/;

test("nothing that runs in pages too asks which host it is on", () => {
  const { overrides } = JSON.parse(readFileSync(new URL("../../biome.json", import.meta.url), "utf8"));
  const { includes } = overrides.find((each: any) => each.linter.rules?.correctness?.noNodejsModules);
  // the command line and the compiler are Node's, what javascript/ has in common with pages is listed by name
  const nodeOnly = includes
    .filter((pattern: string) => pattern.startsWith("!"))
    .map((each: string) => each.slice(1));
  const forPages = (file: string) =>
    includes.includes(file) ||
    !nodeOnly.some((each: string) =>
      each.endsWith("/**") ? file.startsWith(each.slice(0, -2)) : each === file,
    );
  const all = readdirSync(src, { recursive: true, encoding: "utf8" })
    .map((file) => `src/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".ts"));
  const seen = all.filter(forPages);
  expect(seen).toContain("src/columns/memory.ts");
  expect(seen).toContain("src/javascript/inline.ts");
  for (const listed of includes.filter((each: string) => each.endsWith(".ts"))) {
    expect(all).toContain(listed.replace("!", ""));
  }
  const asking = seen.filter((file) => questions.test(readFileSync(`${src}../${file}`, "utf8")));
  expect(asking).toEqual([]);
  expect("const node = (globalThis as { process?: NodeJS.Process }).process;").toMatch(questions);
});

test("a page's turn of the event loop comes after messages that have arrived, and in order", async () => {
  const { port1, port2 } = new MessageChannel();
  const order: string[] = [];
  port1.onmessage = ({ data }) => order.push(data);
  port2.postMessage("message");
  timing.later(() => order.push("task"));
  await timing.turn();
  port1.close();
  expect(order).toEqual(["message", "task"]);
});

test("a page's digest is Node's", async () => {
  const data = Uint8Array.from({ length: 1000 }, (_, i) => i);
  const expected = createHash("sha256").update(data).digest("hex");
  expect(await bytes.sha256(data)).toBe(expected);
  expect(await node.bytes.sha256(data)).toBe(expected);
});

test("a page's channel has every listener hear every event, also when one leaves meanwhile", () => {
  const channel = events.channel("it");
  const heard: unknown[] = [];
  const first = (event: unknown) => {
    heard.push(["first", event]);
    channel.unsubscribe(first);
  };
  channel.subscribe(first);
  channel.subscribe((event) => heard.push(["second", event]));
  expect(channel.hasSubscribers).toBe(true);
  channel.publish(1);
  channel.publish(2);
  expect(heard).toEqual([
    ["first", 1],
    ["second", 1],
    ["second", 2],
  ]);
});

test("a page's context is that of the innermost piece of work, and the outer one's after it, also when it throws", () => {
  const bound = context.asyncContext<string>();
  const seen: (string | undefined)[] = [];
  bound.run(
    "outer",
    () => {
      expect(() =>
        bound.run(
          "inner",
          (value) => {
            seen.push(bound.getStore());
            throw new Error(value);
          },
          "inner",
        ),
      ).toThrow("inner");
      seen.push(bound.getStore());
    },
    "outer",
  );
  seen.push(bound.getStore());
  expect(seen).toEqual(["inner", "outer", undefined]);
});

test.each([
  ["data:application/wasm;base64,AGFzbf8=", [0, 0x61, 0x73, 0x6d, 0xff]],
  ["data:application/wasm; base64,AGFz%62f8%3D", [0, 0x61, 0x73, 0x6d, 0xff]],
  ["data:application/octet-stream,a%00%FFb?c#d", [0x61, 0, 0xff, 0x62, 0x3f, 0x63]],
  ["data:,", []],
])("the bytes of %s are read at once on both hosts, as fetch reads them", async (url, expected) => {
  const fetched = await bytes.readBytes(new URL(url));
  expect([...fetched]).toEqual(expected);
  expect([...node.bytes.readBytesSync(new URL(url))!]).toEqual(expected);
  expect([...bytes.readBytesSync(new URL(url))!]).toEqual(expected);
});

test("what has to be fetched is not there at once", () => {
  const own = node.bytes.readBytesSync(new URL(import.meta.url))!;
  expect(new TextDecoder().decode(own.subarray(0, 6))).toBe("import");
  const url = new URL("https://nogil.invalid/kernels.wasm");
  expect(node.bytes.readBytesSync(url)).toBeUndefined();
  expect(bytes.readBytesSync(url)).toBeUndefined();
});

test.each([
  ["mpc", ["processes", "serializer"], /^Target "mpc" runs in processes, which a page does not have/],
  ["threads", ["threads", "serializer"], /^Target "threads" needs Node so far/],
  ["async", ["threads", "serializer"], /^Target "async" needs Node so far/],
  // here, where there is no Worker
  ["nogil", ["threads"], /needs Worker.*--platform=node.*customExportConditions/],
] as const)("a page refuses target %s, which needs %j, and says what works", (target, needed, message) => {
  expect(() => needs.checkHost(target, needed)).toThrow(message);
  expect(() => needs.checkHost("for", [])).not.toThrow();
});

test.each([
  ["trace(file)", /^trace\(file\) works with files, which a page does not have\. Call trace\(\) without one/],
  ["Dataset.fromFiles()", /^Dataset\.fromFiles\(\) works with files.*new Dataset\(ids, …\)/],
  ["load()", /^load\(\) works with files.*toArrow\(\) and fromArrow\(\)/],
])("a page refuses the files of %s", (what, message) => {
  expect(() => files.fileSystem(what)).toThrow(message);
  expect(() => files.requireFiles(what)).toThrow(message);
});
