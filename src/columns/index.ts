export * from "../abi/dtype.js";
export type { Column, Component, Dense, Ragged } from "./column.js";
export { concat, part, slice, subset } from "./combine.js";
export { DenseColumn, dense, denseFrom, denseOver, sharedBytes } from "./dense.js";
export { columnFromRows, RaggedColumn, ragged, raggedFrom, raggedOver } from "./ragged.js";
export { ownedAddress, retainView } from "./storage.js";
export { type ColumnDescriptor, describe, detach, revive } from "./transfer.js";
