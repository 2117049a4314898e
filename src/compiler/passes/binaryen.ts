import type { Toolchain } from "../build/toolchain.js";

/** Binaryen's numbers for what is in its memory. */
export type Expression = number;

/** Binaryen with what its library has and its types lack. */
export type Binaryen = Toolchain["binaryen"] & {
  readonly If: { setIfTrue(expression: Expression, ifTrue: Expression): void };
  readonly Block: { removeChildAt(expression: Expression, index: number): Expression };
  readonly Function: { setBody(fn: number, body: Expression): void };
};

export type BinaryenModule = InstanceType<Toolchain["binaryen"]["Module"]>;

export const binaryenOf = ({ binaryen }: Toolchain) => binaryen as Binaryen;
