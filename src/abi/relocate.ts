import type { ModuleDescription } from "./kernel.js";

/** Where static data may lie: only there does every address take as many bytes in the file as the build wrote. */
export const lowestBase = 1 << 20;
export const highestAddress = 1 << 27;

/**
 * Gives a module's bytes as if it had been linked at another address, so that each worker has static data of its own.
 * @throws RangeError when the static data would not lie, aligned to 16 bytes, between 1 and 128 MiB.
 */
export function relocate(
  bytes: Uint8Array,
  {
    relocations,
    staticBytes,
    base: linkedAt,
  }: Pick<ModuleDescription, "relocations" | "staticBytes" | "base">,
  base: number,
): Uint8Array<ArrayBuffer> {
  if (base % 16 !== 0 || base < lowestBase || base + staticBytes > highestAddress) {
    throw new RangeError(
      `Static data of ${staticBytes} bytes cannot be located at address ${base}: ` +
        `it must be aligned to 16 bytes, between ${lowestBase} and ${highestAddress}.`,
    );
  }
  const moved = Uint8Array.from(bytes);
  const by = base - linkedAt;
  for (const at of relocations.leb) writeLeb(moved, at, readLeb(moved, at) + by);
  for (const at of relocations.le) writeWord(moved, at, readWord(moved, at) + by);
  return moved;
}

/** Reads an address of 4 bytes in LEB128. */
export function readLeb(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] & 127) |
    ((bytes[at + 1] & 127) << 7) |
    ((bytes[at + 2] & 127) << 14) |
    ((bytes[at + 3] & 127) << 21)
  );
}

function writeLeb(bytes: Uint8Array, at: number, address: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = ((address >>> (7 * i)) & 127) | (i < 3 ? 128 : 0);
}

/** Reads a 4-byte little-endian address. */
export function readWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

function writeWord(bytes: Uint8Array, at: number, address: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = address >>> (8 * i);
}
