import type { ChunkJournal } from "./journal.js";

// a worker that is not stuck fails an item at its timeout by itself, if it gets to it in time
const graceOfMany = 1000;

/**
 * Watches the journal of a chunk and tells when no item of it has begun or ended for longer than one item may take.
 * Never too early: what was seen unchanged has begun before it was first seen.
 */
export function watchProgress(
  journal: ChunkJournal,
  timeout: number,
  concurrency: number,
  grace: number,
  expired: () => void,
): () => void {
  const allowed = timeout + (concurrency > 1 ? Math.max(grace, graceOfMany) : grace);
  let seen = 0;
  let since = performance.now();
  const timer = setInterval(
    () => {
      const progress = journal.progress();
      const now = performance.now();
      if (progress !== seen) {
        seen = progress;
        since = now;
      } else if (progress > 0 && now - since > allowed) {
        clearInterval(timer);
        expired();
      }
    },
    Math.min(250, Math.max(5, timeout / 10)),
  );
  return () => clearInterval(timer);
}
