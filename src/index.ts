import "./node-version.js";

export { action } from "./action.js";
export type * from "./ambient.js";
export { Batch, type Components, type Id } from "./batch.js";
export type { PoolState, RunOptions, Target, WorkerState } from "./calls/engine.js";
export type { ArgumentPlan, Plan } from "./calls/plan.js";
export type { Column, Component, Dense, Ragged } from "./columns/column.js";
export { sharedBytes } from "./columns/dense.js";
export type { ArrayOf, Dtype, ScalarOf, TypedArray } from "./columns/dtype.js";
export { Dataset, type FilesOptions, type Fold } from "./dataset/index.js";
export { shutdown } from "./engines/registry.js";
export type * from "./events/events.js";
export type { Logger } from "./events/logger.js";
export { type CallInFlight, type Pool, type Pools, type PoolWorker, pools } from "./events/pools.js";
export {
  type ActionStats,
  type KernelStats,
  type MemoryStats,
  type PoolStats,
  type Stats,
  stats,
  type WorkerStats,
} from "./events/stats.js";
export { subscribe } from "./events/stream.js";
export {
  type RecordedTrace,
  type Trace,
  type TraceFileReport,
  type TraceOptions,
  trace,
} from "./events/trace.js";
export type { TraceEvent } from "./events/trace-event.js";
export { type ExplainableNames, explain } from "./explain/explain.js";
export type { Explanation } from "./explain/explanation.js";
export { inbatchParallel } from "./inbatch-parallel.js";
export { columns, into, rows } from "./inits-and-posts.js";
export { invocation } from "./invocation.js";
export { defineKernels, Kernel, type KernelSignature, type ModuleDescription } from "./kernel.js";
export type * from "./named-types.js";
export { type Configuration, configure, type Settings } from "./options.js";
export { parallel } from "./parallel.js";
export { type Partial, partial } from "./partial.js";
export {
  type BatchesOptions,
  type Iteration,
  type Lazy,
  lazy,
  type Pipeline,
  PipelineError,
  type Progress,
  pipeline,
  type RunReport,
  type StepRun,
  type StepTime,
  skipBatch,
  stop,
  type Template,
} from "./pipeline/index.js";
export { anyActionFailed, type Failure, ParallelError, Results } from "./results.js";
export { type RunArguments, run } from "./run.js";
export type { ParallelSpec } from "./spec.js";
export type { Item, Parallel, ParallelMethod } from "./types.js";
export { exported } from "./workers/addressing.js";
export { currentSignal } from "./workers/running-item.js";
