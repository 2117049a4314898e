import { debugLog } from "#host/program";
import { textOf } from "../base/text.js";
import type { Logger, LogLevel } from "../call/logger.js";
import type { NogilEvent } from "../events/events.js";
import { subscribe } from "../events/stream.js";
import { Formatter } from "./formatter.js";

type Write = (level: LogLevel, fields: object, text: string) => void;

/**
 * Logs everything that happens, until the function that comes back is called. What goes as it should is for `debug`; items that
 * failed, workers that died, stalled calls and lost writes are for `warn`; calls that could not run for `error`.
 */
export function logTo(logger: Logger): () => void {
  // pino wants the fields first, a console prints them after the text
  if (logger === (globalThis.console as Logger)) {
    return listen((level, fields, text) => logger[level](text as never, fields as never));
  }
  return listen((level, fields, text) => logger[level](fields, text));
}

/** Logs to stderr, as Node's own modules do, in a program that was started with `NODE_DEBUG=nogil`. */
export function logForDebugging(): void {
  const log = debugLog();
  if (log) listen((_, __, text) => log(text));
}

function listen(write: Write): () => void {
  const formatter = new Formatter();
  let complained = false;
  return subscribe((event: NogilEvent) => {
    const { level, fields, text } = formatter.format(event);
    try {
      write(level, fields, text);
    } catch (error) {
      // a log that cannot be written is no reason to fail, but should not go unnoticed
      if (complained) return;
      complained = true;
      console.error(
        `nogil: the logger given to configure() threw, and what it was to log is lost: ${textOf(error)}`,
      );
    }
  });
}
