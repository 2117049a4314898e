// with "declaration": true TypeScript writes the names of what it infers: whatever a public signature leads to has one here,
// where programs cannot import it from another place

export type { ArrowType, FromArrowOptions, Nulls, ToArrowOptions } from "./arrow/options.js";
export type { Positions } from "./batch/parts.js";
export type { DataOf, IdOf, Lengths } from "./batch.js";
export type { MissingArgument, WrongBound, WrongCall, WrongEntry } from "./checked/arguments.js";
export type { EntryOf } from "./checked/entries.js";
export type { AsType, WithReadyNames, WrongMethod } from "./checked/methods.js";
export type { First, IsWrong, OrWrong } from "./checked/values.js";
export type { Bytes } from "./columns/bytes.js";
export type { Arrays } from "./columns/dtype.js";
export type { ComponentInput, TrueTypes, WrongColumn } from "./component-types.js";
export type { BatchClass, IdsOf, Index, OrderOptions, Shuffle } from "./dataset/index.js";
export type { LogLevel } from "./events/narrator.js";
export type { Listener } from "./events/stream.js";
export type { Callable, Decorator, Made, Spec } from "./inbatch-parallel.js";
export type { Part, ReadyInit, ReadyPost, Rows, RowsInit } from "./inits-and-posts.js";
export type { Invocation, Named } from "./invocation.js";
export type { KernelModule, KernelParameter, KernelResult, ScalarType } from "./kernel.js";
export type { FrameParameter } from "./nogil/frame.js";
export type { CallOptions } from "./options.js";
export type {
  ArrayName,
  Bar,
  BatchOf,
  Chain,
  Chained,
  ChainMethods,
  ChainTypes,
  RunnableChain,
  StepFunction,
} from "./pipeline/index.js";
export type { InvocationsFor, Listing, OptionsFor, Returned } from "./run.js";
export type { Method } from "./spec.js";
export type {
  ActionName,
  AnyBatch,
  AnyBatchClass,
  BlockOf,
  CallArgs,
  IsItem,
  RestLast,
  RowOf,
  Runnable,
  StripItems,
} from "./types.js";
