import type { Host } from "../host.js";

export const processId: number = 1;

// a page may be frozen and closed without a word
export const onExit: Host["program"]["onExit"] = () => () => {};

export function warn(text: string): void {
  console.warn(text);
}

export const debugLog: Host["program"]["debugLog"] = () => undefined;

export function parallelism(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}
