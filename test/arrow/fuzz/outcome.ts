/** How our errors begin, whether they are about the bytes or about what of them can be read. */
const ours = [
  "The Arrow data ",
  "The bytes are not an Arrow IPC stream or file, or are cut off: ",
  'The column "',
  'Two columns are called "',
  "Ids are strings or numbers: ",
  "Shared memory is full",
];
const kinds: readonly (new (...args: any[]) => Error)[] = [TypeError, RangeError, Error];

/** Why an error is not one of ours; undefined where it is. @param path before it, where a file was read */
export function strange(error: unknown, path?: string): string | undefined {
  if (!(error instanceof Error) || !kinds.includes(error.constructor as any)) return `threw ${String(error)}`;
  const message =
    path !== undefined && error.message.startsWith(`${path}: `)
      ? error.message.slice(path.length + 2)
      : error.message;
  // the names of columns may be what was damaged
  const isOurs = ours.some((begin) => message.startsWith(begin)) || /^\w+ names a column "/.test(message);
  if (isOurs && !/undefined|NaN|\[object/.test(message)) return undefined;
  return `${error.stack}`;
}
