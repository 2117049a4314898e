import { Cancellation } from "../../call/cancellation.js";
import type { Job } from "../../call/job.js";
import { checkNext, checkSource } from "./source.js";

/**
 * Everything that an async iterable yields, in a list.
 * @throws what it throws, and why the call was cancelled meanwhile, also while it yields nothing
 */
export async function drain(
  entries: AsyncIterable<unknown>,
  call: Pick<Job, "label" | "options" | "within">,
): Promise<unknown[]> {
  const source = checkSource(entries, `${call.label}: its init returned`)();
  const cancellation = new Cancellation(call);
  const list: unknown[] = [];
  try {
    for (;;) {
      const read = await Promise.race([source.next(), cancellation.happened]);
      const reason = cancellation.look();
      if (reason) {
        source.close(read === undefined)?.catch(() => {});
        throw reason;
      }
      const { done, value } = checkNext(read, call.label);
      if (done) return list;
      list.push(value);
    }
  } finally {
    cancellation.ignore();
  }
}
