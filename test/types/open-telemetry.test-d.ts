import { type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { openTelemetry, type TracerLike } from "nogil";
import { expectTypeOf, test } from "vitest";

declare const provider: TracerProvider;

test("every tracer of OpenTelemetry's is one", () => {
  expectTypeOf<Tracer>().toMatchTypeOf<TracerLike>();
  expectTypeOf(openTelemetry(trace.getTracer("service"))).toEqualTypeOf<() => void>();
  expectTypeOf(openTelemetry(new BasicTracerProvider().getTracer("service"))).toEqualTypeOf<() => void>();
});

test("what makes tracers is none", () => {
  // @ts-expect-error its getTracer() returns one
  openTelemetry(provider);
  // @ts-expect-error nor is the API
  openTelemetry(trace);
  // @ts-expect-error nor is nothing
  openTelemetry();
});
