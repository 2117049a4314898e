/** For bytes that are not what the specification of Arrow says, or contradict themselves. */
export function broken(why: string, cause?: unknown): TypeError {
  return new TypeError(`The Arrow data is broken: ${why}.`, { cause });
}

/** For bytes in which no Arrow data is found, or of which the end is missing. */
export function notArrow(why: string): TypeError {
  return new TypeError(`The bytes are not an Arrow IPC stream or file, or are cut off: ${why}.`);
}

/** For what the specification has, and is not read here. */
export function unsupported(what: string): TypeError {
  return new TypeError(`The Arrow data has ${what}, which is not supported.`);
}
