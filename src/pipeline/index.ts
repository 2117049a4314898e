export { pipeline, pipelineOn } from "./chain.js";
export type {
  ArrayName,
  BatchOf,
  Chain,
  Chained,
  ChainMethods,
  ChainTypes,
  Pipeline,
  RunnableChain,
  StepFunction,
  Template,
} from "./chain-types.js";
export { skipBatch, stop } from "./control.js";
export type { Iteration } from "./iteration.js";
export { type Lazy, lazy } from "./lazy.js";
export { PipelineError } from "./pipeline-error.js";
export type { BatchesOptions, RunReport, StepRun } from "./run-types.js";
export type { StepTime } from "./times.js";
