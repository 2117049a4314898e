/** What `fromArrow` reads of a table. */
export interface ArrowColumns {
  readonly schema: { readonly fields: readonly object[] };
  readonly children: readonly object[];
}

/**
 * A table of `@uwdata/flechette`, as its functions take it. It is described here and not imported, so that programs compile
 * without these types, and without the errors that they have for a strict compiler.
 */
export interface ArrowTable {
  readonly schema: {
    readonly fields: { name: string; type: any; nullable: boolean; metadata: any }[];
    readonly metadata?: Map<string, string> | null;
  };
  readonly names: any[];
  readonly children: ArrowColumn[];
  readonly numCols: number;
  readonly numRows: number;
  readonly factory: any;
  readonly getFactory: any;
  getChildAt(index: number): any;
  getChild(name: any): any;
  selectAt(indices: number[], as?: string[]): any;
  select(names: any[], as?: string[]): any;
  toColumns(): Record<string, any>;
  toArray(): Record<string, any>[];
  at(index: number): Record<string, any>;
  get(index: number): Record<string, any>;
  [Symbol.iterator](): Generator<Record<string, any>, any, any>;
  readonly [Symbol.toStringTag]: string;
}

/** A column of an `ArrowTable`. */
export interface ArrowColumn extends Elements {
  readonly length: number;
  readonly data: readonly ArrowData[];
  readonly offsets: Int32Array;
  readonly _cache: any;
  get(index: number): any;
  toArray(): any;
  cache(): any;
}

/** What one record batch has of a column. */
export interface ArrowData extends Elements {
  readonly length: number;
  readonly validity: Uint8Array;
  readonly values: any;
  readonly offsets: any;
  readonly sizes: any;
  readonly children: any[];
  isValid(index: number): boolean;
  value(index: number): any;
  slice(start: number, end: number): any;
}

interface Elements {
  readonly type: any;
  readonly nullCount: number;
  at(index: number): any;
  [Symbol.iterator](): Iterator<any>;
  readonly [Symbol.toStringTag]: string;
}
