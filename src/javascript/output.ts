import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Printed } from "./chunk-protocol.js";

const newline = 10;

/** What one worker prints on one stream. Whole lines go on, so that nothing of others comes into the middle of one. */
class Lines {
  #begun: (string | Uint8Array)[] = [];

  constructor(private readonly name: Printed["name"]) {}

  take(text: string | Uint8Array): void {
    const end = (typeof text === "string" ? text.lastIndexOf("\n") : text.lastIndexOf(newline)) + 1;
    if (end > 0) {
      this.#begun.push(end < text.length ? text.slice(0, end) : text);
      this.passOn();
    }
    if (end < text.length) this.#begun.push(end > 0 ? text.slice(end) : text);
  }

  /** Of a line that has not ended, what there is. */
  passOn(): void {
    for (const text of this.#begun.splice(0)) process[this.name].write(text);
  }
}

/** What a worker prints, which goes where the program's own output goes. */
abstract class Output {
  protected readonly lines = { stdout: new Lines("stdout"), stderr: new Lines("stderr") };
  /** how many times something was read */
  protected pieces = 0;

  constructor() {
    watchEnd();
    open.add(this);
  }

  static piecesOfAll(): number {
    return [...open].reduce((sum, { pieces }) => sum + pieces, 0);
  }

  /** Passes on what has arrived here, even of a line that has not ended. */
  passOn(): void {
    this.lines.stdout.passOn();
    this.lines.stderr.passOn();
  }

  /** Nothing more comes. */
  end(): void {
    this.passOn();
    open.delete(this);
  }
}

const open = new Set<Output>();
let watching = false;

// what items left behind may print when no call waits for it
function watchEnd(): void {
  if (watching) return;
  watching = true;
  const passOn = () => {
    for (const output of open) output.passOn();
  };
  let before = -1;
  process.on("beforeExit", () => {
    passOn();
    const pieces = Output.piecesOfAll();
    if (pieces === before) return;
    before = pieces;
    // reads what is in the pipes, and comes back here
    void twoTurns();
  });
  process.on("exit", passOn);
}

/** A thread's, which comes over a port that the thread makes. */
export class ThreadOutput extends Output {
  #port: MessagePort | undefined;
  #ready!: () => void;
  readonly #receiving = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });

  receive(port: MessagePort): void {
    this.#port = port;
    // a port of Deno's has no on()
    port.addEventListener("message", (event) => this.#take((event as MessageEvent<Printed>).data));
    port.start();
    // idle threads do not keep the program alive
    port.unref();
    this.#ready();
  }

  /** Passes on all that the thread printed before something else that has arrived. */
  async passOnAll(): Promise<void> {
    // a thread's first report may overtake its port
    await this.#receiving;
    this.passOn();
    // in Deno a port that was read keeps the program alive until this is said again
    this.#port?.ref();
    this.#port?.unref();
  }

  // what was sent before something else has arrived with it, and may wait for its turn
  override passOn(): void {
    const arrived: Printed[] = [];
    while (this.#port) {
      const received = receiveMessageOnPort(this.#port);
      if (!received) break;
      arrived.push(received.message);
    }
    for (const printed of arrived) this.#take(printed);
    super.passOn();
  }

  override end(): void {
    super.end();
    this.#ready();
  }

  #take({ name, text }: Printed): void {
    this.lines[name].take(text);
  }
}

// for one that prints on and on
const mostReads = 32;

/** A process's, which comes through its pipes. */
export class ProcessOutput extends Output {
  constructor(child: ChildProcess) {
    super();
    // nothing is ever written to it: the process finds its end
    child.stdin?.destroy();
    for (const name of ["stdout", "stderr"] as const) {
      const stream = child[name] as Socket | null;
      stream?.on("data", (text: Buffer) => {
        this.pieces++;
        this.lines[name].take(text);
      });
      // what the process started may keep it open
      stream?.unref();
    }
    child.once("close", () => this.end());
  }

  /** Passes on all that the process printed before something else that has arrived. */
  async passOnAll(): Promise<void> {
    for (let read = 0; read < mostReads; read++) {
      const before = this.pieces;
      await twoTurns();
      if (this.pieces === before) break;
    }
    this.passOn();
  }
}

// a turn of the event loop reads what is in each pipe, and the present one may be past that
async function twoTurns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}
