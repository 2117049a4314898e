export { pipeline, pipelineOn } from "./chain.js";
export { skipBatch, stop } from "./control.js";
export type { Iteration } from "./iteration.js";
export { type Lazy, lazy } from "./lazy.js";
export { PipelineError } from "./pipeline-error.js";
export type { Bar, Progress } from "./progress.js";
export type { StepTime } from "./times.js";
export type {
  ArrayName,
  BatchesOptions,
  BatchOf,
  Chain,
  Chained,
  ChainMethods,
  ChainTypes,
  Pipeline,
  RunnableChain,
  RunReport,
  StepFunction,
  StepRun,
  Template,
} from "./types.js";
