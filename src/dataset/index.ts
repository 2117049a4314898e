export { Dataset, type Fold, type IdsOf, type Index } from "./dataset.js";
export type { FilesOptions } from "./files.js";
