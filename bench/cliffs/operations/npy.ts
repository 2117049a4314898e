import { fromNpy, toNpy } from "nogil/npy";
import { type Operation, same } from "./operation.js";
import { batchOf, type Table, tableOf } from "./table.js";

const items = 200_000;

/** NumPy's files. */
export function npyOperations(): Operation[] {
  const table = tableOf(items);
  return [...writing(table), ...reading(table)];
}

const header = (descr: string, shape: string) => {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117);
  return Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text}\n`, "latin1");
};

function file(head: Uint8Array, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + data.length);
  bytes.set(head);
  bytes.set(data, head.length);
  return bytes;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

// as NumPy has them: four bytes a character, as many for each as for the longest
function points(texts: readonly string[]): Uint8Array {
  let width = 1;
  for (const text of texts) {
    let length = 0;
    for (const _ of text) length++;
    width = Math.max(width, length);
  }
  const data = new Uint32Array(width * texts.length);
  for (let i = 0; i < texts.length; i++) {
    let at = i * width;
    for (const character of texts[i]) data[at++] = character.codePointAt(0)!;
  }
  return file(header(`<U${width}`, `${texts.length},`), bytesOf(data));
}

function writing(table: Table): Operation[] {
  const { wide, x } = batchOf(table).data;
  const numbers = Array.from(table.x);
  const same = (made: Uint8Array, byHand: Uint8Array) => {
    const data = byHand.length - 128;
    sameBytes(made.subarray(made.length - data), byHand.subarray(128));
  };
  return [
    {
      name: "toNpy of a column [N, 8]",
      items,
      nogil: () => toNpy(wide),
      loop: () => file(header("<f4", `${items}, 8`), bytesOf(table.wide)),
      check: same,
    },
    {
      name: "toNpy of a column",
      items,
      nogil: () => toNpy(x),
      loop: () => file(header("<f8", `${items},`), bytesOf(table.x)),
      check: same,
    },
    {
      name: "toNpy of an array of numbers",
      items,
      nogil: () => toNpy(numbers),
      loop: () => {
        const made = new Float64Array(items);
        for (let i = 0; i < items; i++) {
          if (typeof numbers[i] !== "number") throw new TypeError(`no number at ${i}`);
          made[i] = numbers[i];
        }
        return file(header("<f8", `${items},`), bytesOf(made));
      },
      check: same,
    },
    {
      name: "toNpy of strings",
      items,
      nogil: () => toNpy(table.label),
      loop: () => points(table.label),
      check: same,
    },
  ];
}

const sameBytes = (made: Uint8Array, byHand: Uint8Array) => same(made, byHand);

function reading(table: Table): Operation[] {
  const plain = file(header("<f8", `${items},`), bytesOf(table.x));
  const swapped = file(header(">f8", `${items},`), bytesOf(Buffer.from(bytesOf(table.x)).swap64()));
  const halves = Uint16Array.from({ length: items }, (_, i) => (i * 7) & 0x7bff);
  const half = file(header("<f2", `${items},`), bytesOf(halves));
  const bools = file(
    header("|b1", `${items},`),
    Uint8Array.from({ length: items }, (_, i) => i & 1),
  );
  const data = Buffer.alloc(items * 11);
  const ascii = table.ids.map((id) => id.slice(0, 11));
  for (let i = 0; i < items; i++) data.write(ascii[i], 11 * i, "latin1");
  const s = file(header("|S11", `${items},`), data);
  const u = points(table.label);
  const columns = 8;
  const transposed = new Float32Array(items * columns);
  for (let i = 0; i < items; i++)
    for (let k = 0; k < columns; k++) transposed[k * items + i] = table.wide[columns * i + k];
  const fortran = Buffer.from(file(header("<f4", `${items}, 8`), bytesOf(transposed)));
  fortran.write(
    `{'descr': '<f4', 'fortran_order': True, 'shape': (${items}, 8), }`.padEnd(117),
    10,
    "latin1",
  );
  const values = (made: { values: ArrayLike<number> }, byHand: ArrayLike<number>) =>
    same(made.values, byHand);
  const free = (made: { dispose(): void }) => made.dispose();
  return [
    {
      name: "fromNpy",
      items,
      nogil: () => fromNpy(plain),
      loop: () => new Float64Array(plain.slice(128).buffer),
      check: values,
      free,
    },
    {
      name: "fromNpy, big-endian",
      items,
      nogil: () => fromNpy(swapped),
      loop: () => {
        const made = new Float64Array(items);
        const view = new DataView(swapped.buffer);
        for (let i = 0; i < items; i++) made[i] = view.getFloat64(128 + 8 * i, false);
        return made;
      },
      check: values,
      free,
    },
    {
      name: "fromNpy, in Fortran's order",
      items,
      nogil: () => fromNpy(fortran),
      loop: () => {
        const made = new Float32Array(columns * items);
        const source = new Float32Array(fortran.buffer, fortran.byteOffset + 128);
        for (let i = 0; i < items; i++)
          for (let k = 0; k < columns; k++) made[columns * i + k] = source[k * items + i];
        return made;
      },
      check: values,
      free,
    },
    {
      name: "fromNpy of half floats",
      items,
      nogil: () => fromNpy(half),
      loop: () => {
        const made = new Float32Array(items);
        for (let i = 0; i < items; i++) {
          const [exponent, fraction] = [(halves[i] >> 10) & 31, halves[i] & 1023];
          const sign = halves[i] & 0x8000 ? -1 : 1;
          made[i] =
            exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
        }
        return made;
      },
      check: values,
      free,
    },
    {
      name: "fromNpy of booleans",
      items,
      nogil: () => fromNpy(bools),
      loop: () => {
        const made = bools.slice(128);
        for (let i = 0; i < items; i++) if (made[i] > 1) throw new TypeError(`no boolean at ${i}`);
        return made;
      },
      check: values,
      free,
    },
    {
      name: "fromNpy of strings of bytes",
      items,
      nogil: () => fromNpy(s),
      loop: () => {
        const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
        const made = new Array<string>(items);
        for (let i = 0; i < items; i++) {
          let end = 128 + 11 * (i + 1);
          while (s[end - 1] === 0) end--;
          made[i] = decoder.decode(s.subarray(128 + 11 * i, end));
        }
        return made;
      },
      check: same,
    },
    {
      name: "fromNpy of strings of characters",
      items,
      nogil: () => fromNpy(u),
      loop: () => {
        const source = new Uint32Array(u.buffer, 128);
        const width = source.length / items;
        const made = new Array<string>(items);
        for (let i = 0; i < items; i++) {
          let text = "";
          for (let at = width * i; at < width * (i + 1) && source[at] > 0; at++)
            text += String.fromCodePoint(source[at]);
          made[i] = text;
        }
        return made;
      },
      check: same,
    },
  ];
}
