import type { Kernel } from "../abi/kernel.js";
import type { Results } from "../api/results.js";
import type { AnyBatch } from "../batch/any-batch.js";
import type { MethodOf } from "../batch/parallel-type.js";

type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * The name of a member, if a pipeline can chain it.
 * @group Types behind types
 */
// an action that returns nothing gives its own batch
export type ActionName<B, K extends keyof B> =
  IsAny<B> extends true
    ? never
    : K extends keyof AnyBatch
      ? never
      : B[K] extends Kernel<any, any, any>
        ? never
        : B[K] extends (...args: infer P) => unknown
          ? P extends readonly [Results<any>, ...unknown[]]
            ? never
            : MethodOf<B, B[K]> extends (...args: any[]) => infer V
              ? IsAny<V> extends true
                ? never
                : [Awaited<V>] extends [void]
                  ? K
                  : Awaited<V> extends Pick<AnyBatch, "indices" | "dispose">
                    ? K
                    : never
              : never
          : never;
