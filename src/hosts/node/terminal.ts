import type { SingleBar } from "cli-progress";
import type { BarOptions, TerminalBar } from "../host.js";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// bars on one line would write over each other: one is shown, and those that came later wait until it is done
let shown: LineBar | undefined;
const waiting = new Set<LineBar>();

export function terminalBar(options: BarOptions): Promise<TerminalBar> | undefined {
  return process.stderr.isTTY ? makeBar(options) : undefined;
}

async function makeBar({ total, format, payload }: BarOptions): Promise<TerminalBar> {
  const { SingleBar, Presets } = (await import("cli-progress")).default;
  const options = { stream: process.stderr, format, hideCursor: true, barsize: 24, etaBuffer: 1 };
  const bar = new LineBar(new SingleBar(options, Presets.shades_classic), total ?? 1, payload);
  if (shown) waiting.add(bar);
  else bar.show();
  return bar;
}

class LineBar implements TerminalBar {
  #value = 0;

  constructor(
    private readonly bar: SingleBar,
    private readonly total: number,
    private payload: object,
  ) {}

  show(): void {
    shown = this;
    waiting.delete(this);
    this.bar.start(this.total, this.#value, this.payload);
    process.once("exit", this.#onExit);
    // before the listeners of the program, of which those for one time are gone once they are called
    for (const signal of endings) process.prependOnceListener(signal, this.#onSignal);
  }

  update(value: number, payload: object): void {
    this.#value = value;
    this.payload = payload;
    if (shown === this) this.bar.update(value, payload);
  }

  stop(): void {
    waiting.delete(this);
    if (shown !== this) return;
    shown = undefined;
    process.removeListener("exit", this.#onExit);
    for (const signal of endings) process.removeListener(signal, this.#onSignal);
    this.bar.stop();
    const [next] = waiting;
    next?.show();
  }

  readonly #onExit = () => {
    waiting.clear();
    this.stop();
  };

  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.#onExit();
    // with nobody else listening, the signal does what it would have done
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
}
