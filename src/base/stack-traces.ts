/** A frame of a stack. */
export interface CallSite {
  getFileName(): string | null | undefined;
}

interface StackTraces {
  /** Writes the stack of an error when it is first read. */
  prepareStackTrace?: ((error: Error, sites: CallSite[]) => unknown) | undefined;
  /** frames that a stack has at most */
  stackTraceLimit?: number | undefined;
}

/** What V8 has in `Error`, in Node and in browsers; other engines take no notice of it. */
export const stackTraces = Error as unknown as StackTraces;
