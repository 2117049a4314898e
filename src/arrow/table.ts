/**
 * What `fromArrow` reads of a table.
 * @group Types behind types
 */
export interface ArrowColumns {
  /** what columns there are */
  readonly schema: {
    /** name and type of each */
    readonly fields: readonly object[];
  };
  /** the columns */
  readonly children: readonly object[];
}

/**
 * A table of `@uwdata/flechette`, as its functions take it. It is described here and not imported, so that programs compile
 * without these types, and without the errors that they have for a strict compiler. Its members are documented by flechette.
 */
export interface ArrowTable {
  /** what columns there are */
  readonly schema: {
    /** of each column */
    readonly fields: {
      /** its name */
      name: string;
      /** its Arrow type */
      type: any;
      /** whether it may have nulls */
      nullable: boolean;
      /** what else a writer said of it */
      metadata: any;
    }[];
    /** what else a writer said of the table */
    readonly metadata?: Map<string, string> | null;
  };
  /** of the columns, in order */
  readonly names: any[];
  /** the columns, in order */
  readonly children: ArrowColumn[];
  /** how many columns */
  readonly numCols: number;
  /** how many rows */
  readonly numRows: number;
  /** @hidden */
  readonly factory: any;
  /** @hidden */
  readonly getFactory: any;
  /** A column by its position. @param index from 0 */
  getChildAt(index: number): any;
  /** A column by its name. @param name of the column */
  getChild(name: any): any;
  /** A table of some of the columns. @param indices positions of the columns @param as new names of the columns */
  selectAt(indices: number[], as?: string[]): any;
  /** A table of some of the columns. @param names of the columns @param as new names of the columns */
  select(names: any[], as?: string[]): any;
  /** An array or typed array for each column, by name. */
  toColumns(): Record<string, any>;
  /** An object for each row. */
  toArray(): Record<string, any>[];
  /** A row as an object. @param index from 0 */
  at(index: number): Record<string, any>;
  /** A row as an object; negative positions count from the end. @param index of the row */
  get(index: number): Record<string, any>;
  /** The rows as objects, in order. */
  [Symbol.iterator](): Generator<Record<string, any>, any, any>;
  /** `Table` */
  readonly [Symbol.toStringTag]: string;
}

/**
 * A column of an `ArrowTable`.
 * @group Types behind types
 */
export interface ArrowColumn extends Elements {
  /** how many values */
  readonly length: number;
  /** what each record batch has of it */
  readonly data: readonly ArrowData[];
  /** where each record batch begins, and the end of the last, in values */
  readonly offsets: Int32Array;
  /** @hidden */
  readonly _cache: any;
  /** A value; negative positions count from the end. @param index of the value */
  get(index: number): any;
  /** All values: a typed array where there is one for them and no nulls, else an array. */
  toArray(): any;
  /** `toArray`, kept for the next time. */
  cache(): any;
}

/**
 * What one record batch has of a column.
 * @group Types behind types
 */
export interface ArrowData extends Elements {
  /** how many values */
  readonly length: number;
  /** a bit for each value: 0 for null; empty where there are no nulls */
  readonly validity: Uint8Array;
  /** the elements */
  readonly values: any;
  /** where each value begins, for types of any length */
  readonly offsets: any;
  /** how long each value is, for list views */
  readonly sizes: any;
  /** what nested types have inside */
  readonly children: any[];
  /** Whether a value is not null. @param index from 0 */
  isValid(index: number): boolean;
  /** A value that is not null. @param index from 0 */
  value(index: number): any;
  /** Some of the values. @param start the first @param end behind the last */
  slice(start: number, end: number): any;
}

interface Elements {
  /** the Arrow type */
  readonly type: any;
  /** how many values are null */
  readonly nullCount: number;
  /** A value, or null. @param index from 0 */
  at(index: number): any;
  /** The values, in order. */
  [Symbol.iterator](): Iterator<any>;
  /** name of the class */
  readonly [Symbol.toStringTag]: string;
}
