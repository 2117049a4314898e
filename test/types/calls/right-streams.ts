import { Batch, type Item, inbatchParallel, type Results, stream } from "nogil";
import { row } from "./batch.js";
import { beats, peak } from "./kernels.js";

async function* rows() {
  yield row;
}

export async function streams() {
  for await (const each of stream(peak, rows(), { args: [{ floor: 1 }] })) {
    const value: number | Error = each;
    void value;
  }
  for await (const [index, each] of stream(beats, [row], { ordered: false, highWaterMark: 4 })) {
    const value: [number, Float32Array | Error] = [index, each];
    void value;
  }
  for await (const each of stream(async (x: string) => x.length, ["a"], { ordered: true, bar: true })) {
    const value: number | Error = each;
    void value;
  }
  const results = stream((x: number) => x, new Set([1]), { bar: ({ items }) => void items });
  await results.next();
  await results.return(undefined);
}

export class Pages extends Batch<any, string> {
  async *lengths() {
    for (const id of this.indices) yield id.length;
  }

  @inbatchParallel({ init: "lengths", post: "collect", target: "for" })
  double(n: Item<number>) {
    return 2 * n;
  }

  collect(_: Results<number>) {}
}
