import { Batch, inbatchParallel, into, rows } from "nogil";
import { double, total } from "./build/kernels.js";
import { later, square } from "./functions.js";

export { square };

/** A class without decorator syntax, which every environment understands. */
export class Numbers extends Batch {
  static module = import.meta.url;

  keep(results) {
    return [...results];
  }
}

const collected = { init: "indices", post: "keep" };

Object.assign(Numbers.prototype, {
  total: inbatchParallel({ init: rows("x"), post: "keep", target: "nogil" }, function total_() {
    return total;
  }),
  double: inbatchParallel({ init: rows("x"), target: "nogil" }, function double_() {
    return double;
  }),
  // writes where all threads see it
  negate: inbatchParallel({ init: "indices", target: "threads" }, function negate(n) {
    const row = this.data.x.at(n);
    for (let i = 0; i < row.length; i++) row[i] *= -1;
  }),
  thread: inbatchParallel({ ...collected, target: "threads" }, function thread(n) {
    return this.data.x.at(n)[0] + n;
  }),
  later: inbatchParallel({ ...collected, target: "async" }, function later_(n) {
    return later(n);
  }),
  square: inbatchParallel({ ...collected, target: "mpc" }, function square_() {
    return square;
  }),
  here: inbatchParallel({ ...collected, target: "for" }, function here(n) {
    return -n;
  }),
  measure: inbatchParallel({ init: "indices", post: into("size"), target: "threads" }, function measure(n) {
    return this.data.x.at(n).length;
  }),
});
