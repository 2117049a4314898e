export { type BatchClass, Dataset, type Fold, type IdsOf, type Index } from "./dataset.js";
export type { FilesOptions } from "./files.js";
export { batchesOf, itemsIn, type OrderOptions } from "./order.js";
export type { Shuffle } from "./shuffle.js";
