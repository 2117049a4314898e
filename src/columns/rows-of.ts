import type { ArrayOf, Dtype } from "../abi/dtype.js";
import type { Column } from "./column.js";

type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * The row that one item has of a component.
 * @group Types behind types
 */
export type RowOf<C> =
  IsAny<C> extends true
    ? any
    : C extends Column<Dtype, infer Row>
      ? Row
      : C extends readonly (infer Element)[]
        ? Element
        : never;

/**
 * What several items have of a component, one after another.
 * @group Types behind types
 */
export type BlockOf<C> =
  IsAny<C> extends true
    ? any
    : C extends Column<infer D, any>
      ? ArrayOf<D>
      : C extends readonly unknown[]
        ? C
        : never;
