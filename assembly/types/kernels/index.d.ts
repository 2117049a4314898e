/// <reference path="./random.d.ts" />
// what the source of a kernel may name, for editors: AssemblyScript's own, which `paths` of its tsconfig finds, and nogil's
import "index";

type Row =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Int64Array
  | Uint64Array
  | Float32Array
  | Float64Array;

declare global {
  /**
   * The sizes of an item's row, as the default value of a parameter behind it: `shape: Int32Array = shapeOf(image)`.
   * For a row that has no other shape it is the length alone.
   */
  function shapeOf(row: Row): Int32Array;
}
