import { isError } from "../../dist/base/realms.js";
import { Invocation, invocationAt, joinArguments, mergeNamed } from "../../dist/call/invocation.js";
import type { Job } from "../../dist/call/job.js";
import { returnedKernel } from "../../dist/call/returned-kernel.js";
import { defineEngine } from "../../dist/engines/engine.js";
import type { Target } from "../../dist/events/target.js";
import { toError } from "../../dist/javascript/thrown.js";

/** How many items it ran. */
export const counted = { items: 0 };

function runItem({ work, invocations, bound, call }: Job, item: number): unknown {
  if (work.kind === "kernel") throw new TypeError("It counts methods and functions.");
  const { positional, named } = invocationAt(invocations, item);
  const own = new Invocation([...(bound?.positional ?? []), ...positional], mergeNamed(bound?.named, named));
  const args = joinArguments(own, call);
  return work.kind === "method" ? work.method.apply(work.self, args) : work.fn(...args);
}

/** Runs items in a loop, and counts them. */
export const counting = defineEngine({
  name: "counting",
  runs: ["method", "function"],
  heeds: [],
  occupiesCores: false,
  needs: [],
  about: { what: "the method", where: "here, counted" },
  async load() {
    const target = "counting" as Target;
    return {
      async run(job) {
        const { length } = job.invocations;
        const values = new Array<unknown>(length).fill(undefined);
        const failures = new Map<number, Error>();
        for (let item = 0; item < length; item++) {
          counted.items++;
          try {
            const value = await runItem(job, item);
            const error = isError(value) ? value : returnedKernel(value, job.label);
            if (error) failures.set(item, error);
            else values[item] = value;
          } catch (thrown) {
            failures.set(item, toError(thrown));
          }
        }
        return { length, values, failures };
      },
      async close() {},
      state: () => ({ target, workers: [], waiting: 0 }),
      plan: async () => {
        const nothing = { arguments: [], bytesIn: 0, bytesOut: 0, estimated: false, problems: [] };
        return { workers: 0, why: "it counts here", handOut: "all items in order", ...nothing };
      },
    };
  },
});
