/** An event of a timeline in the Trace Event Format, which Perfetto and Chrome's DevTools read. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** X a span, i an instant, C a counter, s and f the ends of an arrow, M a name */
  readonly ph: "X" | "i" | "C" | "s" | "f" | "M";
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
