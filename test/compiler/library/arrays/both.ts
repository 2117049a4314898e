import { transformWithEsbuild } from "vite";
import { load } from "../../harness.js";

/** Kernels that are AssemblyScript and TypeScript at once, as both run them. */
export interface Both {
  /** runs a kernel for all items in AssemblyScript and in JavaScript; returns where they do not do the same */
  differences(name: string, items: readonly Argument[][]): Difference[];
  /** what each makes of one item */
  results(name: string, args: readonly Argument[]): [kernel: string, javascript: string];
}

export interface Difference {
  readonly kernel: string;
  readonly args: string;
  readonly kernels: string;
  readonly javascripts: string;
}

export type Row = InstanceType<(typeof classes)[keyof typeof classes]>;
export type Argument = number | bigint | Row;

/** The typed arrays by the names that AssemblyScript has for them. */
export const classes = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Int64Array: BigInt64Array,
  Uint64Array: BigUint64Array,
  Float32Array,
  Float64Array,
};

// what is written differently in the two languages, by one name
const assemblyScript = `
function num<T>(value: T): f64 { return <f64>value; }
function codes(text: string): Uint16Array {
  const row = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) row[i] = <u16>text.charCodeAt(i);
  return row;
}
`;
const javaScript = {
  num: Number,
  min: Math.min,
  codes: (text: string) => Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)),
  StaticArray: Array,
  i32: { MIN_VALUE: -(2 ** 31), MAX_VALUE: 2 ** 31 - 1 },
  ...Object.fromEntries(
    Object.entries({ ...classes, Uint8ClampedArray }).map(([name, type]) => [name, withWrap(type)]),
  ),
};

// AssemblyScript's name for `new Float64Array(buffer, offset, length)`
function withWrap(type: any) {
  const wrap = (buffer: ArrayBuffer, offset = 0, length = -1) =>
    length === -1 ? new type(buffer, offset) : new type(buffer, offset, length);
  return new Proxy(type, { get: (target, key) => (key === "wrap" ? wrap : Reflect.get(target, key)) });
}

export async function both(source: string): Promise<Both> {
  const [{ run }, { code }] = await Promise.all([
    load(assemblyScript + source),
    transformWithEsbuild(source, "kernels.ts", { format: "cjs", sourcemap: false }),
  ]);
  const module = { exports: {} as Record<string, (...args: Argument[]) => unknown> };
  new Function("module", "exports", ...Object.keys(javaScript), code)(
    module,
    module.exports,
    ...Object.values(javaScript),
  );

  function outcomes(name: string, items: readonly (readonly Argument[])[]) {
    const ours = items.map((args) => args.map(copyOf));
    const columns = (ours[0] ?? []).map((_, p) => ours.map((args) => args[p]));
    const { values, thrown } = run(name, columns as any, { items: items.length });
    const failed = new Map(thrown.map(({ item, name }) => [item, name]));
    return items.map((args, i): [string, string] => {
      const theirs = args.map(copyOf);
      const end = (value: unknown, rows: Argument[]) => `${shown(value)} ${rows.filter(isRow).map(shown)}`;
      const kernels = failed.has(i) ? `throws ${failed.get(i)}` : end(values[i], ours[i]);
      try {
        return [kernels, end(module.exports[name](...theirs), theirs)];
      } catch (error) {
        return [kernels, `throws ${(error as Error).name}`];
      }
    });
  }

  return {
    results: (name, args) => outcomes(name, [args])[0],
    differences(name, items) {
      if (items.length === 0) return [];
      return outcomes(name, items).flatMap(([kernels, javascripts], i) =>
        kernels === javascripts
          ? []
          : [{ kernel: name, args: items[i].map(shown).join("; "), kernels, javascripts }],
      );
    },
  };
}

const isRow = (value: unknown): value is Row => ArrayBuffer.isView(value);
const copyOf = (value: Argument): Argument => (isRow(value) ? value.slice() : value);

/** Every bit but those that tell one NaN from another, which JavaScript does not. */
function shown(value: unknown): string {
  if (isRow(value)) return `[${Array.from(value as Float64Array, shown)}]`;
  if (typeof value === "boolean") return String(Number(value));
  return Object.is(value, -0) ? "-0" : String(value);
}
