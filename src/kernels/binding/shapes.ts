import type { FrameParameter } from "../../abi/frame.js";
import type { KernelParameter } from "../../abi/kernel.js";
import type { Column } from "../../columns/column.js";
import { RaggedColumn } from "../../columns/ragged.js";
import type { Packer } from "./row-packer.js";

/** The shapes of a column's items as rows, for a kernel that asks for them. */
export function shapesOf(column: Column, parameter: KernelParameter, packer: Packer): () => FrameParameter {
  // sizes are far below what an i32 holds
  const layoutOf = (sizes: Uint32Array, length: number, step: number) => {
    const offset = packer.reserve(sizes, parameter);
    return () => ({ base: packer.addressOf(offset), stride: 4 * step, length, lengths: 0 });
  };
  if (column instanceof RaggedColumn) {
    return layoutOf(column.sizes ?? column.lengths, column.dimensions, column.dimensions);
  }
  const shape = column.shape.slice(1) as number[];
  // a kernel may use its row as it likes, and then each item needs its own
  if (parameter.readonly) return layoutOf(Uint32Array.from(shape), shape.length, 0);
  const own = new Uint32Array(column.length * shape.length).map((_, i) => shape[i % shape.length]);
  return layoutOf(own, shape.length, shape.length);
}
