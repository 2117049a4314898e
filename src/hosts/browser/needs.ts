import type { Host, HostNeed } from "../host.js";

export const whyNoSharedMemory =
  "A browser allows it in cross-origin isolated pages only: " +
  "serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.";

export function checkHost(target: string, needs: readonly HostNeed[]): void {
  if (needs.length === 0) return;
  if (needs.includes("processes")) {
    throw new Error(`Target "${target}" runs in processes, which a page does not have: use target "for".`);
  }
  if (needs.includes("serializer"))
    throw new Error(`Target "${target}" needs Node so far: use target "for" in a page.`);
  if (typeof Worker === "undefined") {
    throw new Error(
      `Target "${target}" needs Worker, which this page does not have. Where this is no page, but Node, nogil was chosen for ` +
        'browsers by the condition "browser": bundle for Node (esbuild: --platform=node; webpack: target: "node"), and have ' +
        'Jest\'s jsdom choose for Node (testEnvironmentOptions: { customExportConditions: ["node"] }).',
    );
  }
}

export function checkImports(what: string): never {
  throw new Error(
    `${what} imports a module by its address, which it no longer has in a page that was built: import it in your own code, and ` +
      'pass the function itself, on target "for".',
  );
}

export const checkCanEndKernels: Host["needs"]["checkCanEndKernels"] = () => {};
