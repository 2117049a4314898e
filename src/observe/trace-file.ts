import type { TraceEvent } from "./trace-event.js";

// bytes, and milliseconds, after which what was recorded goes to the file
const block = 1 << 16;
const interval = 1000;
const encoder = new TextEncoder();

type FileSystem = typeof import("node:fs");

/**
 * A timeline on its way to a file, as a JSON array. Each write ends with the closing bracket, which the next one goes over: a file
 * without it is refused by Chrome's DevTools, and the program may be killed at any time.
 */
export class TraceFile {
  readonly #fs: FileSystem;
  readonly #warn: (text: string) => void;
  readonly #descriptor: number;
  readonly #timer: { unref?(): void } & ReturnType<typeof setInterval>;
  /** false for pipes and terminals, which have no place to go back to */
  readonly #seekable: boolean;
  #waiting = "[";
  #first = true;
  #length = 0;
  #error: unknown;

  /**
   * @param tick is called once a second, before what was recorded goes to the file
   * @throws when the file cannot be written
   */
  constructor(file: string | URL, tick: () => void) {
    const node = (globalThis as { process?: NodeJS.Process }).process;
    if (!node?.getBuiltinModule) {
      throw new TypeError(
        "trace() takes a file in Node only: elsewhere call trace() and save what stop() returns.",
      );
    }
    this.#warn = (text) => node.emitWarning(text);
    this.#fs = node.getBuiltinModule("node:fs");
    this.#descriptor = this.#fs.openSync(file, "w");
    this.#seekable = this.#fs.fstatSync(this.#descriptor).isFile();
    this.#timer = setInterval(() => {
      tick();
      this.#flush();
    }, interval);
    this.#timer.unref?.();
    this.#flush();
  }

  add(event: TraceEvent): void {
    this.#waiting += `${this.#first ? "" : ","}\n${JSON.stringify(event)}`;
    this.#first = false;
    if (this.#waiting.length >= block) this.#flush();
  }

  /** @throws what kept the file from being written */
  close(): void {
    clearInterval(this.#timer);
    this.#flush({ last: true });
    this.#fs.closeSync(this.#descriptor);
    if (this.#error !== undefined) throw this.#error;
  }

  // a full disk must not end the program that is traced
  #flush({ last = false } = {}): void {
    const text = this.#waiting;
    this.#waiting = "";
    if (this.#error !== undefined || (text === "" && !last)) return;
    const end = last || this.#seekable ? "\n]\n" : "";
    const bytes = encoder.encode(text + end);
    try {
      this.#write(bytes);
      this.#length += bytes.length - end.length;
    } catch (error) {
      this.#error = error;
      this.#warn(`The trace ends here: ${(error as Error).message}`);
    }
  }

  #write(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) {
      const position = this.#seekable ? this.#length + done : null;
      done += this.#fs.writeSync(this.#descriptor, bytes, done, bytes.length - done, position);
    }
  }
}
