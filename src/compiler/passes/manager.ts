import type { Range } from "assemblyscript";
import { enumsOf, type Toolchain } from "../build/toolchain.js";
import type { TransformOptions } from "../frontend/unit.js";
import type { Extend, Extension } from "./extend-compiler.js";
import {
  type InputOf,
  type Pass,
  type Place,
  type Report,
  type Stage,
  type StageInput,
  stages,
} from "./pass.js";

/** Runs the passes of one build, stage by stage, and keeps what they return and report. */
export class PassManager {
  readonly reports: Report[] = [];
  /** milliseconds in each pass so far; what a pass does inside AssemblyScript's compiler counts as the compiler's */
  readonly times = new Map<string, number>();
  /** what a pass threw that should not: it ends the build, and asc would end the process over it */
  failure: Error | undefined;
  readonly #results = new Map<Pass, unknown>();

  /** @throws Error for a list in which two have one name, or a pass needs one that does not run before it */
  constructor(
    private readonly passes: readonly Pass[],
    private readonly toolchain: Toolchain,
    private readonly options: TransformOptions,
  ) {
    checkOrder(passes);
  }

  run<S extends Stage>(stage: S, input: StageInput<S>): void {
    for (const pass of this.passes) {
      if (pass.stage !== stage || this.failure) continue;
      const start = performance.now();
      this.guard(pass, () => this.#results.set(pass, pass.run(this.#inputOf(pass, input))));
      this.times.set(pass.name, (this.times.get(pass.name) ?? 0) + performance.now() - start);
    }
  }

  /** What a pass returned; where it runs several times, the last time. */
  resultOf<Result>(pass: Pass<Result>): Result {
    if (!this.#results.has(pass)) throw new Error(`The pass "${pass.name}" did not run.`);
    return this.#results.get(pass) as Result;
  }

  /** Does what a pass does; what it throws is kept, with its name, as the build's failure. */
  guard<T>(pass: Pass, work: () => T): T | undefined {
    try {
      return work();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      this.failure ??= new Error(`The compiler's pass "${pass.name}" failed: ${message}`, { cause });
      return undefined;
    }
  }

  /** An extension of the compiler by a pass: where that throws, the compiler goes on by itself until the build ends. */
  extension(pass: Pass, { instead, after }: Extension): Extension {
    return {
      instead: instead && ((...args) => this.guard(pass, () => instead(...args))),
      after:
        after &&
        ((compiler, made, ...args) => this.guard(pass, () => after(compiler, made, ...args)) ?? made),
    };
  }

  #inputOf<S extends Stage>(pass: Pass<unknown, S>, input: StageInput<S>): InputOf<S> {
    const { toolchain, options, reports } = this;
    const given = { ...input } as { extend?: Extend };
    const { extend } = given;
    if (extend) given.extend = (method, extension) => extend(method, this.extension(pass, extension));
    return {
      ...(given as StageInput<S>),
      toolchain,
      options,
      enums: enumsOf(toolchain),
      report(outcome, message, at) {
        reports.push({ pass: pass.name, outcome, message, ...(at && { place: placeOf(at, options.files) }) });
      },
      resultOf: (needed) => {
        if (!pass.needs?.includes(needed)) {
          throw new Error(`it uses "${needed.name}", and does not say that it needs it: add it to "needs"`);
        }
        return this.resultOf(needed);
      },
    };
  }
}

function placeOf(at: Range | Place, files?: ReadonlyMap<string, string>): Place {
  const named = (file: string) => files?.get(file) ?? file;
  if ("line" in at) return { ...at, file: named(at.file) };
  const { source, start } = at;
  return { file: named(source.normalizedPath), line: source.lineAt(start), column: source.columnAt() };
}

function checkOrder(passes: readonly Pass[]): void {
  const order = (pass: Pass) => stages.indexOf(pass.stage) * passes.length + passes.indexOf(pass);
  for (const pass of passes) {
    const { name, stage, needs = [] } = pass;
    if (!stages.includes(stage)) {
      throw new Error(`The pass "${name}" runs at "${stage}": the stages are ${stages.join(", ")}.`);
    }
    if (
      passes.find((other) => other.name === name) !== pass ||
      passes.indexOf(pass) !== passes.lastIndexOf(pass)
    ) {
      throw new Error(`Two passes are called "${name}": give one another name.`);
    }
    for (const needed of needs) {
      const problem = !passes.includes(needed)
        ? "is not in the list"
        : order(needed) >= order(pass)
          ? "runs later"
          : "";
      if (problem) {
        throw new Error(`The pass "${name}" needs "${needed.name}", which ${problem}: list that before it.`);
      }
    }
  }
}
