import { run } from "nogil";
import { expect, test } from "vitest";
import { inThreads } from "../fixtures/streamed.js";

test("what is sent to a process that has just been ended breaks nothing", async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    // retries are sent before the ends of their processes are known here
    for (const delay of [1, 2]) {
      const options = { target: "mpc", timeout: 50, retry: { times: 2, delay }, inFlight: 2 } as const;
      const results = await run(inThreads.waits, [5, 300, 5, 300], options);
      const shown = results.map((each) => (each instanceof Error ? each.name : each));
      expect(shown).toEqual([5, "TimeoutError", 5, "TimeoutError"]);
    }
    expect(unhandled).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});
