// not the global one, which test runners replace by a clock of their own
import { setImmediate } from "node:timers";

export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

export function later(task: () => void): void {
  setImmediate(task);
}
