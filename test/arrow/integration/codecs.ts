import * as zlib from "node:zlib";
import { CompressionType, setCompressionCodec } from "@uwdata/flechette";

const noEncoder = (): never => {
  throw new Error("This program only reads.");
};

/** Gives flechette decoders for LZ4, and for Zstandard where Node has one. @returns names of those that there are */
export function giveCodecs(): string[] {
  setCompressionCodec(CompressionType.LZ4_FRAME, { decode: lz4, encode: noEncoder });
  const zstd = (zlib as any).zstdDecompressSync as ((bytes: Uint8Array) => Uint8Array) | undefined;
  if (!zstd) return ["LZ4"];
  setCompressionCodec(CompressionType.ZSTD, {
    decode: (bytes) => new Uint8Array(zstd(bytes)),
    encode: noEncoder,
  });
  return ["LZ4", "Zstandard"];
}

/** A frame of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), whose checksums are passed over. */
export function lz4(frame: Uint8Array, length: number): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new Error("There is no frame of LZ4.");
  const flags = frame[4];
  const [hasBlockSums, hasSize, hasDictionary] = [16, 8, 1].map((bit) => (flags & bit) > 0);
  let at = 7 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0);
  const out = new Uint8Array(length);
  let end = 0;
  for (;;) {
    const size = view.getUint32(at, true);
    at += 4;
    if (size === 0) return out.subarray(0, end);
    const block = frame.subarray(at, at + (size & 0x7fff_ffff));
    if (size >>> 31) {
      out.set(block, end);
      end += block.length;
    } else end = unpackBlock(block, out, end);
    at += block.length + (hasBlockSums ? 4 : 0);
  }
}

function unpackBlock(block: Uint8Array, out: Uint8Array, begin: number): number {
  let [at, end] = [0, begin];
  const lengthFrom = (nibble: number) => {
    let all = nibble;
    for (let more = nibble === 15; more; ) {
      const byte = block[at++];
      all += byte;
      more = byte === 255;
    }
    return all;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = lengthFrom(token >> 4);
    out.set(block.subarray(at, at + literals), end);
    at += literals;
    end += literals;
    if (at >= block.length) break;
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    const copied = 4 + lengthFrom(token & 15);
    if (distance === 0 || distance > end || end + copied > out.length)
      throw new Error("A block of LZ4 is broken.");
    for (let i = 0; i < copied; i++, end++) out[end] = out[end - distance];
  }
  return end;
}

/** A frame of LZ4 with one block, which is as the bytes are; a run of the last byte is one of its matches. */
export function storedLz4(bytes: Uint8Array): Uint8Array {
  const head = Uint8Array.of(0x04, 0x22, 0x4d, 0x18, 0x40, 0x40, 0xc0);
  let run = 0;
  while (run < bytes.length && bytes[bytes.length - 1 - run] === bytes.at(-1)) run++;
  // the run is a match of distance 1, behind one literal of its byte, and 5 literals come last
  const block = run >= 20 ? packedRun(bytes, run) : bytes;
  const frame = new Uint8Array(head.length + 4 + block.length + 4);
  frame.set(head);
  new DataView(frame.buffer).setUint32(
    head.length,
    block === bytes ? (bytes.length | 0x8000_0000) >>> 0 : block.length,
    true,
  );
  frame.set(block, head.length + 4);
  return frame;
}

function packedRun(bytes: Uint8Array, run: number): Uint8Array {
  const literals = bytes.subarray(0, bytes.length - run + 1);
  const matched = run - 1 - 5;
  const more = (length: number) =>
    length < 15 ? [] : [...Array(Math.floor((length - 15) / 255)).fill(255), (length - 15) % 255];
  const token = (Math.min(15, literals.length) << 4) | Math.min(15, matched - 4);
  return Uint8Array.from([
    token,
    ...more(literals.length),
    ...literals,
    1,
    0,
    ...more(matched - 4),
    0x50,
    ...bytes.subarray(-5),
  ]);
}
