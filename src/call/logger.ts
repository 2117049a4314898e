/** How much a line of the log matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** What takes the library's log: pino, what has its interface, or `console`. */
export type Logger = Readonly<Record<LogLevel, (fields: object, text: string) => void>>;

const levels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

export function isLogger(value: unknown): value is Logger {
  return (
    typeof value === "object" &&
    value !== null &&
    levels.every((level) => typeof (value as Record<string, unknown>)[level] === "function")
  );
}
