/** An event of a timeline in the Trace Event Format, which Chrome's `about:tracing` and Perfetto read. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** X a span, B and E its begin and end, i an instant, C a counter, s and f the ends of an arrow, M a name */
  readonly ph: "X" | "B" | "E" | "i" | "C" | "s" | "f" | "M";
  /** microseconds since the trace began */
  readonly ts: number;
  /** microseconds */
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly id?: number;
  readonly s?: "t";
  readonly bp?: "e";
  readonly args?: Readonly<Record<string, unknown>>;
}
