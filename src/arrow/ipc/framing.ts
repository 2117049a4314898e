import { broken, notArrow } from "./broken.js";
import { type Message, readMessage } from "./message.js";

/** A message of a stream or file. */
export interface Framed {
  readonly message: Message;
  /** the FlatBuffer */
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

/** What stands before a message: 8 bytes, and before Arrow 0.15 it was 4. */
export interface Prefix {
  readonly bytes: number;
  /** 0 at the end of a stream */
  readonly metadataBytes: number;
}

/** @param start the first 8 bytes, or those that are left @param left bytes from here to the end */
export function readPrefix(start: Uint8Array, place: number, left: number): Prefix {
  // what is filled up with zeros ends here, too
  if (left < 4 && isFiller(start)) return { bytes: left, metadataBytes: 0 };
  if (left < 4) throw cutOff(place);
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const isNew = view.getInt32(0, true) === -1;
  if (isNew && left < 8) throw cutOff(place);
  const bytes = isNew ? 8 : 4;
  const metadataBytes = view.getInt32(bytes - 4, true);
  if (metadataBytes < 0 || (place === 0 && bytes + metadataBytes > left)) {
    throw notArrow(`there is no message at byte ${place}`);
  }
  if (bytes + metadataBytes > left) throw cutOff(place);
  if (metadataBytes % 8 !== 0 && (bytes + metadataBytes) % 8 !== 0) {
    throw broken(
      `the message at byte ${place} has metadata of ${metadataBytes} bytes, which is not a multiple of 8`,
    );
  }
  return { bytes, metadataBytes };
}

/** The messages of a stream that lies in memory. */
export function* framesIn(bytes: Uint8Array): Generator<Framed, void> {
  for (let place = 0; place < bytes.length; ) {
    const prefix = readPrefix(bytes.subarray(place, place + 8), place, bytes.length - place);
    const begin = place + prefix.bytes;
    if (prefix.metadataBytes === 0) {
      checkRest(bytes.subarray(begin), begin);
      return;
    }
    const bodyAt = begin + prefix.metadataBytes;
    const metadata = bytes.subarray(begin, bodyAt);
    const message = readMessage(metadata);
    const end = bodyAt + message.bodyBytes;
    if (end > bytes.length) throw cutOff(place);
    yield { message, metadata, body: bytes.subarray(bodyAt, end) };
    place = end;
  }
}

/** Rows behind the end would be lost, without a word. */
export function checkRest(rest: Uint8Array, place: number): void {
  if (isFiller(rest)) return;
  throw notArrow(`the stream ends before byte ${place}, and more bytes follow`);
}

export function cutOff(place: number): TypeError {
  return notArrow(`they end within the message at byte ${place}`);
}

const isFiller = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
