/** What is wrong with a table, told in one sentence that needs no stack. */
export class TableError extends Error {
  override readonly name = "TableError";
}

/** What cannot be read is wrong with the table, and the library says where. */
export function unreadable(cause: Error): never {
  throw new TableError(cause.message, { cause });
}
