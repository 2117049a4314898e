/** What linking needs to know of the layout of a WebAssembly file. */
export interface Layout {
  /** where the bytes of the active data segments lie in the file, and at which address in memory */
  readonly segments: readonly { readonly start: number; readonly end: number; readonly address: number }[];
  /** where the minimum of the imported memory lies in the file */
  readonly memoryMinimum: { readonly start: number; readonly end: number };
}

const importSection = 2;
const dataSection = 11;

export function readLayout(bytes: Uint8Array): Layout {
  const reader = new Reader(bytes);
  const segments: { start: number; end: number; address: number }[] = [];
  let memoryMinimum = { start: 0, end: 0 };
  reader.at = 8;
  while (reader.at < bytes.length) {
    const section = bytes[reader.at++];
    const end = reader.unsigned() + reader.at;
    if (section === importSection) memoryMinimum = readMemoryMinimum(reader);
    if (section === dataSection) {
      for (let count = reader.unsigned(); count > 0; count--) {
        const flags = reader.unsigned();
        if (flags !== 0)
          throw new Error(`A data segment of a kernel module has flags ${flags} in place of 0.`);
        // i32.const address, end
        reader.at++;
        const address = reader.signed();
        reader.at++;
        const length = reader.unsigned();
        segments.push({ start: reader.at, end: reader.at + length, address });
        reader.at += length;
      }
    }
    reader.at = end;
  }
  return { segments, memoryMinimum };
}

/** Lets the module take any memory: the engine knows how much there must be, and static data is moved anyway. */
export function forgetMemoryMinimum(bytes: Uint8Array): void {
  const { start, end } = readLayout(bytes).memoryMinimum;
  for (let i = start; i < end; i++) bytes[i] = (i === start ? 1 : 0) | (i < end - 1 ? 128 : 0);
}

function readMemoryMinimum(reader: Reader): Layout["memoryMinimum"] {
  for (let count = reader.unsigned(); count > 0; count--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.bytes[reader.at++];
    if (kind === 2) {
      reader.at++;
      const start = reader.at;
      reader.unsigned();
      return { start, end: reader.at };
    }
    // a function's type index, or a global's type and mutability
    if (kind === 0) reader.unsigned();
    else if (kind === 3) reader.at += 2;
    else
      throw new Error(
        `A kernel module imports functions and a memory; this one imports something of kind ${kind}.`,
      );
  }
  throw new Error("A kernel module imports its memory; this one does not.");
}

/** Reads a WebAssembly file from where `at` is. */
export class Reader {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return shift < 25 && byte & 64 ? value | (-1 << (shift + 7)) : value;
    }
  }

  skipName(): void {
    const length = this.unsigned();
    this.at += length;
  }

  name(): string {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(this.at - length, this.at));
  }
}
