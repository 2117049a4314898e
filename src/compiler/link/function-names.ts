import { Reader } from "./wasm-binary.js";

/**
 * Leaves of a module's name section the names of its functions, which profilers show, as the user has them: the loops over
 * the items of a kernel have its name, other functions the one of their declaration. Names of locals and the like go.
 */
export function keepFunctionNames(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  const reader = new Reader(bytes);
  let from = 0;
  reader.at = 8;
  while (reader.at < bytes.length) {
    const start = reader.at;
    const section = bytes[reader.at++];
    const end = reader.unsigned() + reader.at;
    if (section === 0 && reader.name() === "name") {
      parts.push(bytes.subarray(from, start), nameSection(functionNames(reader, end)));
      from = end;
    }
    reader.at = end;
  }
  parts.push(bytes.subarray(from));
  return concatenated(parts);
}

// the subsection of functions is number 1
function functionNames(reader: Reader, end: number): [index: number, name: string][] {
  while (reader.at < end) {
    const kind = reader.bytes[reader.at++];
    const next = reader.unsigned() + reader.at;
    if (kind === 1) {
      return Array.from({ length: reader.unsigned() }, () => [reader.unsigned(), nameOf(reader.name())]);
    }
    reader.at = next;
  }
  return [];
}

/** `median` of `assembly/kernels/run$median`, `NativeMath.exp` of `~lib/math/NativeMath.exp`. */
function nameOf(internal: string): string {
  // types in angle brackets have paths, too
  const generic = internal.indexOf("<");
  const whole = generic < 0 ? internal : internal.slice(0, generic);
  const types = internal
    .slice(whole.length)
    .replace(/[^<>,|~]*\//g, "")
    .replaceAll("~lib/", "");
  return whole.slice(whole.lastIndexOf("/") + 1).replace(/^run\$/, "") + types.replaceAll("~", "");
}

function nameSection(names: readonly [number, string][]): Uint8Array {
  const encoder = new TextEncoder();
  const map = concatenated([
    leb(names.length),
    ...names.flatMap(([index, name]) => [leb(index), sized(encoder.encode(name))]),
  ]);
  const content = concatenated([sized(encoder.encode("name")), Uint8Array.of(1), sized(map)]);
  return concatenated([Uint8Array.of(0), sized(content)]);
}

const sized = (bytes: Uint8Array) => concatenated([leb(bytes.length), bytes]);

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value >>>= 7) bytes.push((value & 127) | 128);
  return Uint8Array.from([...bytes, value]);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
