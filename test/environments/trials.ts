/** What is tried in every environment. A trial whose result is this works. */
export interface Trial {
  readonly name: string;
  readonly group: Group;
  readonly result: string;
  /** what it has to print besides, line by line, whatever else comes between */
  readonly prints?: readonly string[];
}

/** The columns of the table. */
export const groups = ["kernels", "threads", "async", "processes", "the rest", "TypeScript"] as const;
export type Group = (typeof groups)[number];

const late = (worker: string) =>
  `2 TimeoutError The item took longer than its timeout of 500 ms, so its ${worker} was ended.`;
const faults = (worker: string) =>
  `0 4 true; 1 BadRecord EBAD; ${late(worker)}; 3 Error ERR_NOGIL_WORKER_ENDED`;
const kernelFaults = `1 2; 1 RangeError an empty row; ${late("worker thread")}`;

export const trials: readonly Trial[] = [
  { name: "kernel", group: "kernels", result: "60,0,80" },
  { name: "kernelMethod", group: "kernels", result: "[3,3,4]" },
  { name: "kernelFaults", group: "kernels", result: kernelFaults },
  { name: "threads", group: "threads", result: "1,4,9" },
  { name: "threadMethod", group: "threads", result: "[1,4,6]" },
  { name: "shared", group: "threads", result: "[[-2,-4,-6,-8],[2,1,1]]" },
  { name: "threadFaults", group: "threads", result: faults("thread") },
  {
    name: "threadPrinting",
    group: "threads",
    result: "printed",
    prints: ["out 1", "err 1", "out 2", "err 2"],
  },
  { name: "asyncMethod", group: "async", result: "[0.5,1.5,2.5]" },
  { name: "processes", group: "processes", result: "1,4,9" },
  { name: "processMethod", group: "processes", result: "[0,1,4]" },
  { name: "processFaults", group: "processes", result: faults("process") },
  {
    name: "processPrinting",
    group: "processes",
    result: "printed",
    prints: ["out 1", "err 1", "out 2", "err 2"],
  },
  { name: "plainMethod", group: "the rest", result: "[0,-1,-2]" },
  { name: "disposal", group: "the rest", result: "true true" },
  { name: "pipeline", group: "the rest", result: "0,0,2,2,4,4,6,6,8,8,10,10" },
  { name: "arrow", group: "the rest", result: "1,2,3" },
  { name: "npy", group: "the rest", result: "1,2,3" },
  { name: "shutdown", group: "the rest", result: "60,0,80 60,0,80" },
  { name: "build", group: "the rest", result: "total, double, picky" },
  { name: "decorated", group: "TypeScript", result: "0,3,6" },
];
