import { isArrayBuffer, isSharedArrayBuffer, typedArrayName } from "../base/realms.js";

/**
 * `Uint8Array<ArrayBuffer>`, which `fetch` and `Blob` take, where TypeScript distinguishes it from one in shared memory: since
 * 5.7.
 */
export type Bytes = ReturnType<Uint8ArrayConstructor["of"]>;

/** Bytes as an array of them: a Uint8Array as it is, a buffer as a view. Undefined for anything else. */
export function bytesOf(given: unknown): Uint8Array | undefined {
  if (given instanceof Uint8Array) return given;
  if (typedArrayName(given) === "Uint8Array") {
    // of another realm, which not every reader of bytes knows
    const { buffer, byteOffset, length } = given as Uint8Array<ArrayBuffer>;
    return new Uint8Array(buffer, byteOffset, length);
  }
  return isArrayBuffer(given) || isSharedArrayBuffer(given)
    ? new Uint8Array(given as ArrayBuffer)
    : undefined;
}
