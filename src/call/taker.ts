/** Takes what items return as it comes, in place of a list of all. An engine may do without, and return the list. */
export interface Taker {
  /** Takes what an item returned. @param item it comes once */
  succeed(item: number, value: unknown): void;
  /** Learns that an item failed and runs no more. */
  fail(item: number): void;
}
