/** Bytes as an array of them: a Uint8Array as it is, a buffer as a view. Undefined for anything else. */
export function bytesOf(given: unknown): Uint8Array | undefined {
  if (given instanceof Uint8Array) return given;
  const isShared = typeof SharedArrayBuffer === "function" && given instanceof SharedArrayBuffer;
  return given instanceof ArrayBuffer || isShared ? new Uint8Array(given as ArrayBuffer) : undefined;
}
