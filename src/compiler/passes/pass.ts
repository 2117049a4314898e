import type { Program, Range } from "assemblyscript";
import type { Enums, Toolchain } from "../build/toolchain.js";
import type { TransformOptions, Unit } from "../frontend/unit.js";
import type { BinaryenModule } from "./binaryen.js";
import type { Extend } from "./extend-compiler.js";

/** When passes run: those of a stage all before those of the next. */
export const stages = ["parsed", "compiling", "compiled", "optimised"] as const;
export type Stage = (typeof stages)[number];

/** What a pass works on. */
interface Inputs {
  /** the whole program as a syntax tree, before AssemblyScript compiles it */
  readonly parsed: { readonly unit: Unit };
  /** AssemblyScript's compiler, about to run, which knows the types: a pass extends it for this program */
  readonly compiling: { readonly program: Program; readonly extend: Extend };
  /** the IR as AssemblyScript made it */
  readonly compiled: { readonly program: Program; readonly module: BinaryenModule };
  /** the IR after Binaryen's optimizer, each time that it is written: with `--converge` several times, for good the last time */
  readonly optimised: {
    readonly module: BinaryenModule;
    readonly isLast: boolean;
    /** the module's binary as it is now */
    emit(): Uint8Array;
  };
}

/** A place in a source, as the compiler names it; lines from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a pass did at a place, or why it did not. */
export interface Report {
  /** name of the pass */
  readonly pass: string;
  readonly outcome: "done" | "refused";
  readonly message: string;
  readonly place?: Place;
}

export interface Tools {
  readonly toolchain: Toolchain;
  readonly enums: Enums;
  readonly options: TransformOptions;
  /** Notes what was done at a place, or why it was not; `nogil build --report` tells the user. */
  report(outcome: Report["outcome"], message: string, at?: Range | Place): void;
  /** What a pass returned that this one needs. */
  resultOf<Result>(pass: Pass<Result>): Result;
}

/** One step of a build. Its file and its line in `passes.ts` are all there is to it. */
export interface Pass<Result = unknown, S extends Stage = Stage> {
  readonly name: string;
  readonly stage: S;
  /** the passes whose results it uses, or whose work it goes on with */
  readonly needs?: readonly Pass[];
  // a method, so that passes of all stages fit one list
  run(input: Inputs[S] & Tools): Result;
}

export type InputOf<S extends Stage> = Inputs[S] & Tools;
export type StageInput<S extends Stage> = Inputs[S];

/** Defines a pass; TypeScript tells what it works on by its stage, and its result by what it returns. */
export function definePass<Result, S extends Stage>(pass: Pass<Result, S>): Pass<Result, S> {
  return pass;
}
