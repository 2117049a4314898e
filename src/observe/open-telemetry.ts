import { isFunction } from "../base/callables.js";
import { kindOf } from "../base/kind-of.js";
import { now } from "../events/clock.js";
import { subscribe } from "../events/stream.js";
import { surround } from "../events/surround.js";
import { Spans } from "./spans.js";
import type { TracerLike } from "./tracer.js";

/**
 * Makes OpenTelemetry spans of all that runs from now on in this thread: each run of a pipeline, its steps, each call, and what every
 * worker ran of it. A call is a child of the step that makes it, else of the span that is active where it is made. While a step runs,
 * its span is the active one.
 *
 * A call with a failed item has status ERROR and the first error, though a post may make up for it. One that was cancelled has the
 * attribute `nogil.cancelled`, and status ERROR only if it took too long. A tracer that throws harms no call.
 * @param tracer from `@opentelemetry/api`, which the library itself does not import
 * @returns a function that ends it, and all spans that are open, with the attribute `nogil.unfinished`
 * @throws TypeError for what is not a tracer
 * @cost A span for a run, a step, a call and each of its workers, each of a few µs in OpenTelemetry; none for each item.
 * @example
 * import { trace } from "@opentelemetry/api";
 * import { openTelemetry } from "nogil";
 *
 * const end = openTelemetry(trace.getTracer("my-service"));
 * await job.run({ batchSize: 64 });
 * end();
 */
export function openTelemetry(tracer: TracerLike): () => void {
  checkTracer(tracer);
  const spans = new Spans(tracer);
  const unsubscribe = subscribe((event) => spans.take(event));
  const leave = surround(spans.surround);
  return () => {
    unsubscribe();
    leave();
    spans.finish(now());
  };
}

function checkTracer(tracer: unknown): void {
  const given = tracer as { startSpan?: unknown; getTracer?: unknown } | null | undefined;
  if (isFunction(given?.startSpan)) return;
  const provider = isFunction(given?.getTracer);
  throw new TypeError(
    `openTelemetry() takes a tracer of OpenTelemetry, which has startSpan(), such as trace.getTracer("my-service"); got ${
      provider ? "what has getTracer(): call that, and give its result" : kindOf(tracer)
    }.`,
  );
}
