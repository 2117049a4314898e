import { isSharedArrayBuffer } from "../../base/realms.js";

/** Decodes UTF-8, exactly: what is none is an error, and a byte order mark is a character. */
export function textReader(what: string): (bytes: Uint8Array, i: number) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const shared = decodesShared();
  return (bytes, i) => {
    try {
      return decoder.decode(shared || !isSharedArrayBuffer(bytes.buffer) ? bytes : bytes.slice());
    } catch {
      throw new RangeError(`${what} is broken: value ${i} is not UTF-8.`);
    }
  };
}

// browsers refuse to decode text that lies in shared memory
function decodesShared(): boolean {
  try {
    new TextDecoder().decode(new Uint8Array(new SharedArrayBuffer(1)));
    return true;
  } catch {
    return false;
  }
}
