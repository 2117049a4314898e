/** An event of a timeline in the Trace Event Format, which Perfetto and Chrome's DevTools read. */
export interface TraceEvent {
  /** what a row shows */
  readonly name: string;
  /** category */
  readonly cat?: string;
  /** X a span, i an instant, C a counter, s and f the ends of an arrow, M a name */
  readonly ph: "X" | "i" | "C" | "s" | "f" | "M";
  /** microseconds since the trace began */
  readonly ts: number;
  /** microseconds */
  readonly dur?: number;
  /** group of rows: this process, or one of `mpc` */
  readonly pid: number;
  /** row in it */
  readonly tid: number;
  /** joins the two ends of an arrow */
  readonly id?: number;
  /** an instant marks its row alone */
  readonly s?: "t";
  /** an arrow ends in the span around it */
  readonly bp?: "e";
  /** what else is known of it */
  readonly args?: Readonly<Record<string, unknown>>;
}
