// with "declaration": true TypeScript writes the names of what it infers: whatever a public signature leads to has one here,
// where programs cannot import it from another place

export type { Arrays } from "../abi/dtype.js";
export type { FrameParameter } from "../abi/frame.js";
export type { KernelModule, KernelParameter, KernelResult, ScalarType } from "../abi/kernel.js";
export type { ArrowType, FromArrowOptions, Nulls, ToArrowOptions } from "../arrow/options.js";
export type { ComponentInput, TrueTypes, WrongColumn } from "../batch/component-types.js";
export type { Positions } from "../batch/parts.js";
export type { Invocation, Named } from "../call/invocation.js";
export type { Bytes } from "../columns/bytes.js";
export type { BatchClass, IdsOf, Index, OrderOptions, Shuffle } from "../dataset/index.js";
export type { Listener } from "../events/stream.js";
export type { LogLevel } from "../observe/formatter.js";
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
} from "../pipeline/index.js";
export type { DataOf, IdOf, Lengths } from "./batch.js";
export type { MissingArgument, WrongBound, WrongCall, WrongEntry } from "./checked/arguments.js";
export type { EntryOf } from "./checked/entries.js";
export type { AsType, WithReadyNames, WrongMethod } from "./checked/methods.js";
export type { First, IsWrong, OrWrong } from "./checked/values.js";
export type { Callable, Decorator, Made, Spec } from "./inbatch-parallel.js";
export type { Part, ReadyInit, ReadyPost, Rows, RowsInit } from "./inits-and-posts.js";
export type { CallOptions } from "./options.js";
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
