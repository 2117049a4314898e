export const whyNoSharedMemory =
  "A browser allows it in cross-origin isolated pages only: " +
  "serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.";

// only the browser decides
export const canCollectGarbage = false;

export function collectGarbage(): void {}
