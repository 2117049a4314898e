const codeSection = 10;

/** Where each function of a WebAssembly module begins and ends, in bytes into the file, in their order. */
export function functionRanges(wasm: Uint8Array): { readonly begin: number; readonly end: number }[] {
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < wasm.length) {
    const section = wasm[at++];
    const size = leb();
    if (section !== codeSection) {
      at += size;
      continue;
    }
    return Array.from({ length: leb() }, () => {
      const bytes = leb();
      const begin = at;
      at += bytes;
      return { begin, end: at };
    });
  }
  return [];
}
