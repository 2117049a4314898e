import { fileSystem } from "#host/files";
import { warn } from "#host/program";
import type { SyncFile } from "../hosts/host.js";
import type { TraceEvent } from "./trace-event.js";

// bytes, and milliseconds, after which what was recorded goes to the file
const block = 1 << 16;
const interval = 1000;
const encoder = new TextEncoder();

/**
 * A timeline on its way to a file, as a JSON array. Each write ends with the closing bracket, which the next one goes over: a file
 * without it is refused by Chrome's DevTools, and the program may be killed at any time.
 */
export class TraceFile {
  readonly #file: SyncFile;
  readonly #timer: { unref?(): void } & ReturnType<typeof setInterval>;
  #waiting = "[";
  #first = true;
  #length = 0;
  #error: unknown;

  /**
   * @param tick is called once a second, before what was recorded goes to the file
   * @throws when the file cannot be written
   */
  constructor(file: string | URL, tick: () => void) {
    this.#file = fileSystem("trace(file)").openSync(file);
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
    this.#file.close();
    if (this.#error !== undefined) throw this.#error;
  }

  // a full disk must not end the program that is traced
  #flush({ last = false } = {}): void {
    const text = this.#waiting;
    this.#waiting = "";
    if (this.#error !== undefined || (text === "" && !last)) return;
    const end = last || this.#file.isSeekable ? "\n]\n" : "";
    const bytes = encoder.encode(text + end);
    try {
      this.#file.write(bytes, this.#file.isSeekable ? this.#length : null);
      this.#length += bytes.length - end.length;
    } catch (error) {
      this.#error = error;
      warn(`The trace ends here: ${(error as Error).message}`);
    }
  }
}
