import { type NogilEvent, subscribe } from "nogil";

/** What a call gives, and the events that came while it ran. */
export async function spied<T>(work: () => T): Promise<{ value: Awaited<T>; events: NogilEvent[] }> {
  const events: NogilEvent[] = [];
  const stop = subscribe((event) => events.push(event));
  try {
    return { value: await work(), events };
  } finally {
    stop();
  }
}
