import { setMaxListeners } from "node:events";

export function allowManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
