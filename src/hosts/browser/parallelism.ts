export function parallelism(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}
