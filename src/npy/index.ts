/**
 * Columns and arrays to and from NumPy's `.npy` files.
 * @module
 */

import "#host/needs";

// what is made here has types that a program names, though it imports "nogil" nowhere else
export type { Bytes, Column, Component, Dense, TypedArray } from "../index.js";
export { fromNpy } from "./from-npy.js";
export { toNpy } from "./to-npy.js";
