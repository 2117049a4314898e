import type { WorkerEnd } from "./ending.js";
import type { Journal } from "./journal.js";

/**
 * Watches a journal, and reports when an item has run and none has begun or ended for longer than one may take. Never too
 * early: what is seen unchanged began before it was first seen.
 * @param allowed milliseconds
 * @returns what ends the watch
 */
export function watchTimeout(
  journal: Journal,
  allowed: number,
  expired: (why: WorkerEnd) => void,
): () => void {
  let seen = 0;
  let since = 0;
  const look = () => {
    const progress = journal.progress();
    const now = performance.now();
    if (progress !== seen) {
      seen = progress;
      since = now;
    } else if (progress > 0 && now - since >= allowed) {
      const [item] = journal.running();
      // else it is another item that runs by now
      if (journal.progress() !== seen) return;
      clearInterval(timer);
      expired({ kind: "timeout", item, journal });
    }
  };
  const timer = setInterval(look, Math.min(100, Math.max(1, allowed / 8)));
  return () => clearInterval(timer);
}
