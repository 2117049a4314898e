const encoder = new TextEncoder();

// Arrow's offsets have 31 bits
const mostBytes = 2 ** 31 - 1;
// a call of the encoder takes as long as a loop over so many
const many = 64;

/** Strings in UTF-8, one after another, and where each begins. */
export interface Encoded {
  readonly values: Uint8Array;
  readonly offsets: Int32Array;
}

/**
 * Those from `begin` up to `end`; what is not a string has no bytes. Half of a surrogate pair becomes U+FFFD, as in
 * TextEncoder.
 * @throws RangeError for more bytes than Arrow's offsets reach
 */
export function encodeStrings(values: readonly unknown[], begin: number, end: number, what: string): Encoded {
  const offsets = new Int32Array(end - begin + 1);
  // as most text is: a byte a character
  let room = many;
  for (let i = begin; i < end; i++) {
    const text = values[i];
    if (typeof text === "string") room += text.length;
  }
  if (room - many > mostBytes) throw tooLong(what);
  let bytes: Uint8Array = new Uint8Array(room);
  let at = 0;
  for (let i = begin; i < end; i++) {
    const text = values[i];
    if (typeof text === "string") {
      const most = at + 3 * text.length;
      // a string of ASCII fits in any case
      if (most > bytes.length && !fits(text, bytes.length - at)) bytes = grown(bytes, at, most);
      at =
        text.length < many ? put(text, bytes, at) : at + encoder.encodeInto(text, bytes.subarray(at)).written;
      if (at > mostBytes) throw tooLong(what);
    }
    offsets[i - begin + 1] = at;
  }
  return { values: bytes.subarray(0, at), offsets };
}

function fits(text: string, room: number): boolean {
  if (text.length > room) return false;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) bytes += text.charCodeAt(i) < 0x80 ? 1 : 3;
  return bytes <= room;
}

function grown(bytes: Uint8Array, used: number, least: number): Uint8Array {
  const larger = new Uint8Array(Math.max(least, Math.floor(1.5 * bytes.length)));
  larger.set(bytes.subarray(0, used));
  return larger;
}

/** @returns where its bytes end */
function put(text: string, bytes: Uint8Array, begin: number): number {
  let at = begin;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[at++] = unit;
      continue;
    }
    let point = unit;
    if (unit >= 0xd800 && unit < 0xe000) {
      const next = unit < 0xdc00 && i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
      if (next >= 0xdc00 && next < 0xe000) {
        point = 0x10000 + ((unit - 0xd800) << 10) + (next - 0xdc00);
        i++;
      } else point = 0xfffd;
    }
    if (point < 0x800) bytes[at++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x10000) bytes[at++] = 0xe0 | (point >> 12);
      else {
        bytes[at++] = 0xf0 | (point >> 18);
        bytes[at++] = 0x80 | ((point >> 12) & 63);
      }
      bytes[at++] = 0x80 | ((point >> 6) & 63);
    }
    bytes[at++] = 0x80 | (point & 63);
  }
  return at;
}

function tooLong(what: string): RangeError {
  return new RangeError(
    `${what}: its strings take more than 2 GiB in a record batch, and Arrow's offsets end there. Write fewer rows in ` +
      "each: { batchRows: 100_000 }.",
  );
}
