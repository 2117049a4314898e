/** What OpenTelemetry calls attributes, as far as `openTelemetry` sets any. */
export interface SpanAttributes {
  [name: string]: string | number | boolean;
}

/** What `openTelemetry` needs of a span of OpenTelemetry. */
export interface SpanLike {
  /**
   * Adds what is known only later.
   * @param attributes by name
   */
  setAttributes(attributes: SpanAttributes): unknown;
  /**
   * Says that it failed.
   * @param status how it ended
   */
  setStatus(status: {
    /** 2 is OpenTelemetry's ERROR */
    code: number;
    /**
     * What went wrong.
     * @default none
     */
    message?: string;
  }): unknown;
  /**
   * Adds an error.
   * @param error what was thrown
   * @param time in milliseconds since 1970
   */
  recordException(error: Error, time?: number): void;
  /**
   * Adds a moment.
   * @param name what happened
   * @param attributes more about it
   * @param time in milliseconds since 1970
   */
  addEvent(name: string, attributes?: SpanAttributes, time?: number): unknown;
  /**
   * Ends it.
   * @param time in milliseconds since 1970
   */
  end(time?: number): void;
}

/** What OpenTelemetry hands on from a span to those within it. */
export interface SpanContextLike {
  /**
   * What a key stands for.
   * @param key of a value
   */
  getValue(key: symbol): unknown;
  /**
   * The same, with a key that stands for something else.
   * @param key of the value
   * @param value what it stands for
   */
  setValue(key: symbol, value: unknown): SpanContextLike;
  /**
   * The same, without a key.
   * @param key of a value
   */
  deleteValue(key: symbol): SpanContextLike;
}

/** What `openTelemetry` needs of a tracer of OpenTelemetry. Every `Tracer` of `@opentelemetry/api` has it. */
export interface TracerLike {
  /**
   * Begins a span.
   * @param name what it shows
   * @param options when it began, and more about it
   * @param context has its parent; without one that is the active span
   */
  startSpan(
    name: string,
    options?: {
      /**
       * Milliseconds since 1970.
       * @default now
       */
      startTime?: number;
      /**
       * More about it.
       * @default none
       */
      attributes?: SpanAttributes;
    },
    context?: SpanContextLike,
  ): SpanLike;
}

// both are how the copies of OpenTelemetry's API in a program, of whatever version 1.x, find what they share
const spanKey = Symbol.for("OpenTelemetry Context Key SPAN");
const apiKey = Symbol.for("opentelemetry.js.api.1");

/** What keeps track of the active context. */
interface ContextManager {
  active(): SpanContextLike;
  with<T>(context: SpanContextLike, work: () => T): T;
}

function contextManager(): ContextManager | undefined {
  return (globalThis as { [apiKey]?: { context?: ContextManager } })[apiKey]?.context;
}

/** The context that is active here and now; undefined where nothing keeps track of it. */
export function activeContext(): SpanContextLike | undefined {
  return contextManager()?.active();
}

/** Runs work while a context is active; where nothing keeps track of that, it only runs it. */
export function runWithin<T>(context: SpanContextLike, work: () => T): T {
  const manager = contextManager();
  return manager ? manager.with(context, work) : work();
}

/** A context whose span is this one. @param outer has all else */
export function within(span: SpanLike, outer: SpanContextLike | undefined): SpanContextLike {
  return outer ? outer.setValue(spanKey, span) : new Layer(spanKey, span);
}

/** A context for where nothing keeps track of the active one: OpenTelemetry's first cannot be had without importing it. */
class Layer implements SpanContextLike {
  constructor(
    private readonly key: symbol,
    private readonly value: unknown,
    private readonly outer?: SpanContextLike,
  ) {}

  getValue(key: symbol): unknown {
    return key === this.key ? this.value : this.outer?.getValue(key);
  }

  setValue(key: symbol, value: unknown): SpanContextLike {
    return new Layer(key, value, this);
  }

  deleteValue(key: symbol): SpanContextLike {
    return new Layer(key, undefined, this);
  }
}
