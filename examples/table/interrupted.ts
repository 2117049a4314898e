/** How a program ends that a signal ends. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";

  constructor(
    signal: string,
    readonly exitCode: number,
  ) {
    super(`Ended by ${signal}; no table was written.`);
  }
}

/** Aborted by Ctrl-C, or when the program is told to end. The second time, the program ends as any other does. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  // as shells tell it: 128 and the signal's number
  for (const [name, exitCode] of [["SIGINT", 130] as const, ["SIGTERM", 143] as const]) {
    process.once(name, () => controller.abort(new Interrupted(name, exitCode)));
  }
  return controller.signal;
}
