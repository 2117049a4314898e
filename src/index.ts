/**
 * Batches, kernels, datasets and pipelines, and what observes them.
 * @module
 */

import "#host/needs";

export type { ArrayOf, Dtype, ScalarOf, TypedArray } from "./abi/dtype.js";
export { Kernel, type KernelSignature, type ModuleDescription } from "./abi/kernel.js";
export { action } from "./api/action.js";
export type * from "./api/ambient.js";
export { Batch, type Components } from "./api/batch.js";
export { type ExplainableNames, explain } from "./api/explain.js";
export type { Explanation } from "./api/explanation.js";
export { inbatchParallel } from "./api/inbatch-parallel.js";
export { columns, into, rows } from "./api/inits-and-posts.js";
export { type Configuration, configure } from "./api/options.js";
export { parallel } from "./api/parallel.js";
export { partial } from "./api/partial.js";
export { ready } from "./api/ready.js";
export { reduce } from "./api/reduce.js";
export { anyActionFailed, type Failure, ParallelError, Results } from "./api/results.js";
export { type RunArguments, run } from "./api/run.js";
export type { ParallelSpec } from "./api/spec.js";
export { type StreamArguments, stream } from "./api/stream.js";
export { type Random, random } from "./base/random.js";
export type { Id } from "./batch/ids.js";
export type { Item, Parallel, ParallelMethod } from "./batch/parallel-type.js";
export { invocation } from "./call/invocation.js";
export type { PoolState, WorkerState } from "./call/job.js";
export type { Logger } from "./call/logger.js";
export type { RunOptions, Settings } from "./call/options.js";
export type { Partial } from "./call/partial.js";
export type { ArgumentPlan, Plan } from "./call/plan.js";
export type { CallProgress, Progress } from "./call/progress.js";
export type { RetryOptions } from "./call/retry.js";
export type { Column, Component, Dense, Ragged } from "./columns/column.js";
export { sharedBytes } from "./columns/dense.js";
export { Dataset, type FilesOptions, type Fold } from "./dataset/index.js";
export type { IgnoredOption } from "./engines/heeds.js";
export { shutdown } from "./engines/registry.js";
export type * from "./events/events.js";
export { subscribe } from "./events/stream.js";
export type { Target } from "./events/target.js";
export { exported } from "./javascript/addressing/addressing.js";
export { currentSignal } from "./javascript/worker/running-item.js";
export { defineKernels } from "./kernels/define-kernels.js";
export { openTelemetry } from "./observe/open-telemetry.js";
export { type CallInFlight, type Pool, type Pools, type PoolWorker, pools } from "./observe/pools.js";
export {
  type ActionStats,
  type KernelStats,
  type MemoryStats,
  type PoolStats,
  type Stats,
  stats,
  type WorkerStats,
} from "./observe/stats.js";
export {
  type RecordedTrace,
  type Trace,
  type TraceFileReport,
  type TraceOptions,
  trace,
} from "./observe/trace.js";
export type { TraceEvent } from "./observe/trace-event.js";
export {
  type BatchesOptions,
  type Iteration,
  type Lazy,
  lazy,
  type Pipeline,
  PipelineError,
  pipeline,
  type RunReport,
  type StepRun,
  type StepTime,
  skipBatch,
  stop,
  type Template,
} from "./pipeline/index.js";

// with "declaration": true TypeScript writes the names of what it infers: whatever a public signature leads to has one here,
// where programs cannot import it from another place

export type { Arrays } from "./abi/dtype.js";
export type { FrameParameter } from "./abi/frame.js";
export type {
  KernelClass,
  KernelHooks,
  KernelModule,
  KernelParameter,
  KernelResult,
  ScalarType,
} from "./abi/kernel.js";
export type { KernelArguments, NamedKernelArguments } from "./abi/kernel-arguments.js";
export type { DataOf, IdOf, Lengths } from "./api/batch.js";
export type { MissingArgument, WrongBound, WrongCall, WrongEntry } from "./api/checked/arguments.js";
export type { EntryOf } from "./api/checked/entries.js";
export type { AsType, WithReadyNames, WrongMethod } from "./api/checked/methods.js";
export type { First, IsWrong, OrWrong } from "./api/checked/values.js";
export type { Callable, Decorator, Made, Spec } from "./api/inbatch-parallel.js";
export type { Part, ReadyInit, ReadyPost, Rows, RowsInit } from "./api/inits-and-posts.js";
export type { CallOptions } from "./api/options.js";
export type { Kernels } from "./api/ready.js";
export type { ReadyFold } from "./api/reduce.js";
export type { InvocationsFor, Listing, OptionsFor, Returned, RunRunnable } from "./api/run.js";
export type { ReadingOptions, Streamed, StreamOptionsFor } from "./api/stream.js";
export type { ArrowType, FromArrowOptions, Nulls, ToArrowOptions } from "./arrow/options.js";
export type { Method } from "./base/function-source.js";
export type { AnyBatch, AnyBatchClass } from "./batch/any-batch.js";
export type { BatchClass } from "./batch/batch-class.js";
export type { ComponentInput, TrueTypes, WrongColumn } from "./batch/component-types.js";
export type { CallArgs, IsItem, MethodOf, RestLast, Runnable, StripItems } from "./batch/parallel-type.js";
export type { Positions } from "./batch/parts.js";
export type { Invocation, Named } from "./call/invocation.js";
export type { LogLevel } from "./call/logger.js";
export type { Bar } from "./call/progress.js";
export type { Bytes } from "./columns/bytes.js";
export type { BlockOf, RowOf } from "./columns/rows-of.js";
export type { IdsOf, Index } from "./dataset/index.js";
export type { Listener } from "./events/stream.js";
export type { SpanAttributes, SpanContextLike, SpanLike, TracerLike } from "./observe/tracer.js";
export type { ActionName } from "./pipeline/action-name.js";
export type { DatasetOf } from "./pipeline/dataset-of.js";
export type {
  ArrayName,
  BatchOf,
  Chain,
  Chained,
  ChainMethods,
  ChainTypes,
  RunnableChain,
  StepFunction,
} from "./pipeline/index.js";
export type { OrderOptions } from "./pipeline/order.js";
export type { Shuffle } from "./pipeline/shuffle.js";
