import type { Host } from "../../src/hosts/host.js";

export const node = {
  "async-context": await import("../../src/hosts/node/async-context.js"),
  bytes: await import("../../src/hosts/node/bytes.js"),
  events: await import("../../src/hosts/node/events.js"),
  files: await import("../../src/hosts/node/files.js"),
  "keep-alive": await import("../../src/hosts/node/keep-alive.js"),
  memory: await import("../../src/hosts/node/memory.js"),
  needs: await import("../../src/hosts/node/needs.js"),
  program: await import("../../src/hosts/node/program.js"),
  realm: await import("../../src/hosts/node/realm.js"),
  terminal: await import("../../src/hosts/node/terminal.js"),
  threads: await import("../../src/hosts/node/threads.js"),
  timing: await import("../../src/hosts/node/timing.js"),
} satisfies Host;

export const browser = {
  "async-context": await import("../../src/hosts/browser/async-context.js"),
  bytes: await import("../../src/hosts/browser/bytes.js"),
  events: await import("../../src/hosts/browser/events.js"),
  files: await import("../../src/hosts/browser/files.js"),
  "keep-alive": await import("../../src/hosts/browser/keep-alive.js"),
  memory: await import("../../src/hosts/browser/memory.js"),
  needs: await import("../../src/hosts/browser/needs.js"),
  program: await import("../../src/hosts/browser/program.js"),
  realm: await import("../../src/hosts/browser/realm.js"),
  terminal: await import("../../src/hosts/browser/terminal.js"),
  threads: await import("../../src/hosts/browser/threads.js"),
  timing: await import("../../src/hosts/browser/timing.js"),
} satisfies Host;
