import { Batch, inbatchParallel, into, invocation, partial, rows, run } from "nogil";
import { at, peak } from "./kernels.js";
/** @extends {Batch<{ x: import("nogil").Ragged<"f64">, n: import("nogil").Dense<"f64"> }, string>} */
export class J extends Batch {
  peaks = inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") }, () => peak);
  lengths = inbatchParallel({ init: "indices" }, (id) => id.length);
  lengths3 = inbatchParallel({ init: "indices", post: "sum" }, (id, k = 1) => id.length + k);
  /** @param {import("nogil").Results<number>} results */
  sum(results) {
    return results.length;
  }
}
export class K extends Batch {
  peaks = inbatchParallel({ init: rows("x"), target: "nogil", post: into("n") }, ({ floor = 0 } = {}) =>
    partial(peak, { floor }),
  );
  ids = inbatchParallel({ init: "mine" }, (id, n) => id + n);
  mine() {
    return this.indices.map((id) => [id, 1]);
  }
  other = inbatchParallel({ init: "mine", target: "nogil" }, () => peak);
}
export async function main(list, kernel, opts) {
  await run(kernel, list, opts);
  await run(peak, list);
  await run(peak, list, { args: [opts] });
  await run(peak, [new Float64Array(1)], { ...opts });
  await run((x) => x * 2, [1, 2]);
  await run(partial(peak, opts), list);
  await run(
    peak,
    list.map((x) => [x, 1]),
  );
  partial((a, b) => a + b, 1);
  await run(
    at,
    list.map((x) => invocation([x], { fs: 1 })),
  );
  const args = [];
  args.push(1);
  await run(peak, list, { args });
  const rows2 = [];
  for (const l of list) rows2.push(l);
  await run(peak, rows2);
  const o = {};
  o.floor = 1;
  await run(peak, rows2, { args: [o] });
  const all = [new Float64Array(1)];
  const options = { args: [{ floor: 1 }], workers: 2 };
  await run(peak, all, options);
}
