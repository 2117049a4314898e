import type { Host } from "../../src/hosts/host.js";

export const node = {
  "async-context": await import("../../src/hosts/node/async-context.js"),
  channel: await import("../../src/hosts/node/channel.js"),
  clock: await import("../../src/hosts/node/clock.js"),
  digest: await import("../../src/hosts/node/digest.js"),
  "event-loop": await import("../../src/hosts/node/event-loop.js"),
  files: await import("../../src/hosts/node/files.js"),
  garbage: await import("../../src/hosts/node/garbage.js"),
  "keep-alive": await import("../../src/hosts/node/keep-alive.js"),
  needs: await import("../../src/hosts/node/needs.js"),
  parallelism: await import("../../src/hosts/node/parallelism.js"),
  program: await import("../../src/hosts/node/program.js"),
  realm: await import("../../src/hosts/node/realm.js"),
  signals: await import("../../src/hosts/node/signals.js"),
  terminal: await import("../../src/hosts/node/terminal.js"),
  threads: await import("../../src/hosts/node/threads.js"),
  version: await import("../../src/hosts/node/version.js"),
} satisfies Host;

export const browser = {
  "async-context": await import("../../src/hosts/browser/async-context.js"),
  channel: await import("../../src/hosts/browser/channel.js"),
  clock: await import("../../src/hosts/browser/clock.js"),
  digest: await import("../../src/hosts/browser/digest.js"),
  "event-loop": await import("../../src/hosts/browser/event-loop.js"),
  files: await import("../../src/hosts/browser/files.js"),
  garbage: await import("../../src/hosts/browser/garbage.js"),
  "keep-alive": await import("../../src/hosts/browser/keep-alive.js"),
  needs: await import("../../src/hosts/browser/needs.js"),
  parallelism: await import("../../src/hosts/browser/parallelism.js"),
  program: await import("../../src/hosts/browser/program.js"),
  realm: await import("../../src/hosts/browser/realm.js"),
  signals: await import("../../src/hosts/browser/signals.js"),
  terminal: await import("../../src/hosts/browser/terminal.js"),
  threads: await import("../../src/hosts/browser/threads.js"),
  version: await import("../../src/hosts/browser/version.js"),
} satisfies Host;
