import type { Host, HostNeed } from "../host.js";

export function checkHost(target: string, needs: readonly HostNeed[]): void {
  if (needs.length === 0) return;
  if (needs.includes("processes")) {
    throw new Error(`Target "${target}" runs in processes, which a page does not have: use target "for".`);
  }
  if (needs.includes("serializer"))
    throw new Error(`Target "${target}" needs Node so far: use target "for" in a page.`);
  if (typeof Worker === "undefined") {
    throw new Error(
      `Target "${target}" needs Worker, which is not defined. If this is Node and not a page, what built or loaded nogil took ` +
        'the condition "browser": bundle for Node (esbuild: --platform=node; webpack: target: "node"), and set ' +
        'testEnvironmentOptions: { customExportConditions: ["node"] } for Jest with jsdom.',
    );
  }
}

export function checkImports(what: string): never {
  throw new Error(
    `${what} imports a module by its address, which modules of a bundled page do not keep: import the function itself, and pass ` +
      'that on target "for".',
  );
}

export const checkCanEndKernels: Host["needs"]["checkCanEndKernels"] = () => {};
