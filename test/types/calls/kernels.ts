import type { Kernel } from "nogil";

// as `nogil build` declares them
export declare const peak: Kernel<
  [x: Float64Array, floor?: number],
  number,
  "peak(x: Float64Array, floor?: f64): f64"
>;
export declare const at: Kernel<
  [x: Float64Array, fs: number, lead?: number],
  number,
  "at(x: Float64Array, fs: f64, lead?: i32): f64"
>;
export declare const standardize: Kernel<[x: Float64Array], void, "standardize(x: Float64Array): void">;
export declare const beats: Kernel<[x: Float64Array], Float32Array, "beats(x: Float64Array): Float32Array">;
export declare const count: Kernel<[x: Float64Array], number, "count(x: Float64Array): i32">;
export declare const above: Kernel<[n: number, k?: number], boolean, "above(n: f64, k?: f64): bool">;
export declare const invert: Kernel<[on: boolean], boolean, "invert(on: bool): bool">;
export declare const long: Kernel<[n: bigint], bigint, "long(n: i64): i64">;
export declare const longs: Kernel<[x: BigInt64Array], void, "longs(x: Int64Array): void">;
export declare const bytes: Kernel<[x: Uint8Array], void, "bytes(x: Uint8Array): void">;
export declare const whole: Kernel<[n: number], number, "whole(n: i32): i32">;
/** As builds before had it: nothing tells the names. */
export declare const unnamed: Kernel<[x: Float64Array, floor?: number], number>;
export declare const unknown: Kernel;
