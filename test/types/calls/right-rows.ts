import {
  type Column,
  type Component,
  explain,
  invocation,
  type Kernel,
  type Partial,
  partial,
  type RunArguments,
  run,
  type TypedArray,
} from "nogil";
import { batch, either, row } from "./batch.js";
import * as kernels from "./kernels.js";
import { above, at, beats, bytes, invert, peak, standardize } from "./kernels.js";

export async function variables() {
  const anyKernel: any = peak;
  const anyRows: any = [row];
  await run(anyKernel, anyRows);
  await run(peak, anyRows);
  await run(anyKernel, [1]);
  const typed: TypedArray[] = [row];
  await run(peak, typed);
  const typedRO: readonly TypedArray[] = [row];
  await run(peak, typedRO);
  const un: unknown[] = [];
  await run(peak, un);
  await run(peak, un as Iterable<unknown>);
  const obj: object[] = [];
  await run(peak, obj);
  const al: ArrayLike<number>[] = [[1]];
  await run(peak, al);
  const ro: readonly number[][] = [[1, 2]];
  await run(
    peak,
    ro.map((r) => [r]),
  );
  const ro2: readonly (readonly number[])[] = [[1, 2]];
  await run(
    peak,
    ro2.map((r) => [r]),
  );
  function* gen() {
    yield row;
    yield row;
  }
  await run(peak, gen());
  function* gen2() {
    yield [row, 1] as const;
    yield [row, 2] as const;
  }
  await run(peak, gen2());
  function* gen3() {
    yield [row, 1];
  }
  await run(peak, gen3());
  const m = new Map([["a", row]]);
  await run(peak, m.values());
  await run(peak, [...m.values()]);
  await run((id: string, r: Float64Array) => id.length + r.length, m);
  await run((id: string, r: Float64Array) => id.length + r.length, m.entries());
  await run(peak, new Set([row]));
  const s = new Set<Float64Array>();
  await run(peak, s);
  const tup: [Float64Array, number][] = [[row, 1]];
  await run(peak, tup);
  const tup2: [Float64Array, number?][] = [[row]];
  await run(peak, tup2);
  const tup3: [Float64Array, ...number[]][] = [[row]];
  await run(peak, tup3);
  const tup4: readonly [Float64Array, Float64Array] = [row, row];
  await run(peak, tup4);
  const tup5: ([Float64Array] | [Float64Array, number])[] = [[row]];
  await run(peak, tup5);
  const named: { x: Float64Array; floor?: number }[] = [{ x: row }];
  await run(peak, named);
  const named2: { x: Float64Array; floor: number | undefined }[] = [{ x: row, floor: undefined }];
  await run(peak, named2);
  const rec: Record<string, unknown>[] = [{}];
  await run(peak, rec);
  const rec2: Record<"x", Float64Array>[] = [{ x: row }];
  await run(peak, rec2);
  interface Row {
    x: Float64Array;
  }
  const iface: Row[] = [{ x: row }];
  await run(peak, iface);
  const both: [Float64Array[], { floor: number }][] = [[[row], { floor: 1 }]];
  await run(peak, both);
  const args = [{ floor: 1 }];
  await run(peak, [row], { args });
  const args2 = [1];
  await run(peak, [row], { args: args2 });
  const args3: unknown[] = [1];
  await run(peak, [row], { args: args3 });
  const args4: any[] = [1];
  await run(peak, [row], { args: args4 });
  const args5 = [1, { lead: 1 }];
  await run(at, [row], { args: args5 });
  const args6 = [1, 2] as const;
  await run(at, [row], { args: args6 });
  const args7: [number] = [1];
  await run(peak, [row], { args: args7 });
  const args8: [number?] = [];
  await run(peak, [row], { args: args8 });
  const args9: number[] = [];
  await run(peak, [row], { args: [...args9] });
  const args10 = { fs: 1, lead: 2 };
  await run(at, [row], { args: [{ ...args10, lead: 3 }] });
  const options: RunArguments = { args: [{ fs: 1 }], workers: 1 };
  await run(at, [row], options);
  const o2 = { args: [{ fs: 1 }], workers: 1 };
  await run(at, [row], o2);
  const o3 = { workers: 1 };
  await run(peak, [row], o3);
  await run(peak, [row], { ...o3 });
  const o4 = { workers: 1, args: [] };
  await run(peak, [row], o4);
  const o5 = { target: "nogil" as const, timeout: 1 };
  await run(peak, [row], o5);
  const o6: Parameters<typeof run>[2] = {};
  await run(peak, [row], o6 as RunArguments);
  await run(peak, either ? [row] : [[row, 1]]);
  await run(peak, either ? [row] : batch.data.x);
  await run(
    peak,
    [row].map((x): [Float64Array, number] => [x, 1]),
  );
  await run(
    peak,
    [row].map((x) => [x, 1]),
  );
  await run(
    peak,
    [row].map((x, i) => ({ x, floor: i })),
  );
  await run(
    peak,
    [row, row].map((x) => invocation([x])),
  );
  await run(
    at,
    [row].map((x, i) => invocation([x], { fs: i })),
  );
  await run(
    peak,
    Array.from({ length: 3 }, () => new Float64Array(3)),
  );
  await run(peak, Array(3).fill(row));
  await run(peak, [row, row].filter(Boolean));
  await run(peak, [row, undefined].filter((x) => x !== undefined) as Float64Array[]);
  await run(peak, []);
  await run(above, [1, 2, 3]);
  await run(above, Float64Array.of(1));
  await run(above, Float32Array.of(1));
  await run(above, [1, 2].values());
  await run(above, [1, 2].entries());
  await run(invert, [1 > 2]);
  await run(above, new Array<number>(3));
  await run(bytes, [Buffer.alloc(1)]);
  await run(bytes, [new Uint8Array(new SharedArrayBuffer(1))]);
  await run(peak, [new Float64Array(new SharedArrayBuffer(8))]);
  await run(peak, batch.data.x.toArray?.() as any);
  await run(peak, await run(peak, [row]).then((r) => r.map(() => row)));
  const b2 = await run(beats, [row]);
  const k2: Kernel<[x: Float32Array], void, "g(x: Float32Array): void"> = null as any;
  await run(k2, b2);
  await run(
    k2,
    b2.filter((x) => !(x instanceof Error)),
  );
  await run(k2, b2.column());
  const comp: Component = batch.data.x;
  await run(peak, comp);
  const col: Column = batch.data.x;
  await run(peak, col);
  const colOrArr: Column | Float64Array[] = batch.data.x;
  await run(peak, colOrArr);
  const mk = async (): Promise<Float64Array[]> => [row];
  await run(peak, await mk());
  const maybeRow = [row][0] as Float64Array | undefined;
  await run(peak, [maybeRow!]);
  const k: Kernel<[x: Float64Array, floor?: number], number> = peak;
  await run(k, [row]);
  const ks: Record<string, Kernel> = kernels as any;
  await run(ks.peak, [row], { args: [{ floor: 1 }] });
  const km = new Map<string, Kernel>();
  await run(km.get("a")!, [row]);
  const kk = either ? peak : at;
  await run(kk, [row], { args: [{ fs: 1 } as Record<string, number>] });
  const list = [peak, standardize, beats] as const;
  for (const each of list) await run(each, [row]);
  const loaded = await import("./kernels.js");
  await run(loaded.peak, [row]);
  await run(partial(peak, { floor: 1 }), [row]);
  const pp: Partial = partial(peak, { floor: 1 });
  await run(pp, [row]);
  const pp2: Partial<typeof peak> = partial(peak, { floor: 1 });
  await run(pp2, [row]);
  await run(pp2, [row], { args: [{ floor: 1 }] });
  const pk: typeof peak | Partial<typeof peak> = either ? peak : partial(peak, { floor: 1 });
  await run(pk, [row]);
  await explain.run(peak, [row], { args: [{ floor: 1 }] });
  const n: number[] = (await run(peak, [row])).filter((x): x is number => typeof x === "number");
  void n;
  const [first] = await run(peak, [row]);
  if (!(first instanceof Error)) first.toFixed();
}
