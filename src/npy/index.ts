/**
 * Columns and arrays to and from NumPy's `.npy` files.
 * @module
 */

import "#host/needs";

export type { TypedArray } from "../abi/dtype.js";
// what is made here has types that a program names, though it imports "nogil" nowhere else
export type { Bytes } from "../columns/bytes.js";
export type { Column, Component, Dense } from "../columns/column.js";
export { fromNpy } from "./from-npy.js";
export { toNpy } from "./to-npy.js";
