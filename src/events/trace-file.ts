import type { TraceEvent } from "./trace-event.js";

// bytes, and milliseconds, after which what was recorded goes to the file
const block = 1 << 16;
const interval = 1000;

type FileSystem = typeof import("node:fs");

/**
 * A timeline on its way to a file, as a JSON array. What reads such files does without the closing bracket, so that the file is of
 * use even if the program is killed; all but the last second is in it then.
 */
export class TraceFile {
  readonly #fs: FileSystem;
  readonly #warn: (text: string) => void;
  readonly #descriptor: number;
  readonly #timer: { unref?(): void } & ReturnType<typeof setInterval>;
  #waiting = "[\n";
  #first = true;
  #error: unknown;

  /** @throws when the file cannot be written */
  constructor(file: string | URL) {
    const node = (globalThis as { process?: NodeJS.Process }).process;
    if (!node?.getBuiltinModule) {
      throw new TypeError(
        "trace() takes a file in Node only: elsewhere call trace() and save what stop() gives.",
      );
    }
    this.#warn = (text) => node.emitWarning(text);
    this.#fs = node.getBuiltinModule("node:fs");
    this.#descriptor = this.#fs.openSync(file, "w");
    this.#timer = setInterval(() => this.#flush(), interval);
    this.#timer.unref?.();
  }

  add(event: TraceEvent): void {
    this.#waiting += `${this.#first ? "" : ",\n"}${JSON.stringify(event)}`;
    this.#first = false;
    if (this.#waiting.length >= block) this.#flush();
  }

  /** @throws what kept the file from being written */
  close(): void {
    clearInterval(this.#timer);
    this.#waiting += "\n]\n";
    this.#flush();
    this.#fs.closeSync(this.#descriptor);
    if (this.#error !== undefined) throw this.#error;
  }

  // a full disk must not end the program that is traced
  #flush(): void {
    if (this.#waiting === "") return;
    try {
      if (this.#error === undefined) this.#fs.writeFileSync(this.#descriptor, this.#waiting);
    } catch (error) {
      this.#error = error;
      this.#warn(`The trace ends here: ${(error as Error).message}`);
    }
    this.#waiting = "";
  }
}
