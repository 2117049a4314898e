import "./base/node-version.js";

export type { ArrayOf, Dtype, ScalarOf, TypedArray } from "./abi/dtype.js";
export { defineKernels, Kernel, type KernelSignature, type ModuleDescription } from "./abi/kernel.js";
export { action } from "./api/action.js";
export type * from "./api/ambient.js";
export { Batch, type Components, type Id } from "./api/batch.js";
export { type ExplainableNames, explain } from "./api/explain.js";
export type { Explanation } from "./api/explanation.js";
export { inbatchParallel } from "./api/inbatch-parallel.js";
export { columns, into, rows } from "./api/inits-and-posts.js";
export type * from "./api/named-types.js";
export { type Configuration, configure, type Settings } from "./api/options.js";
export { parallel } from "./api/parallel.js";
export { anyActionFailed, type Failure, ParallelError, Results } from "./api/results.js";
export { type RunArguments, run } from "./api/run.js";
export type { ParallelSpec } from "./api/spec.js";
export type { Item, Parallel, ParallelMethod } from "./api/types.js";
export { invocation } from "./call/invocation.js";
export type { PoolState, RunOptions, Target, WorkerState } from "./call/job.js";
export { type Partial, partial } from "./call/partial.js";
export type { ArgumentPlan, Plan } from "./call/plan.js";
export type { Column, Component, Dense, Ragged } from "./columns/column.js";
export { sharedBytes } from "./columns/dense.js";
export { Dataset, type FilesOptions, type Fold } from "./dataset/index.js";
export { shutdown } from "./engines/registry.js";
export type * from "./events/events.js";
export { subscribe } from "./events/stream.js";
export { exported } from "./javascript/addressing/addressing.js";
export { currentSignal } from "./javascript/worker/running-item.js";
export type { Logger } from "./observe/logger.js";
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
  type Progress,
  pipeline,
  type RunReport,
  type StepRun,
  type StepTime,
  skipBatch,
  stop,
  type Template,
} from "./pipeline/index.js";
