import type { BarOptions, TerminalBar } from "../host.js";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export async function terminalBar({ total, format, payload }: BarOptions): Promise<TerminalBar | undefined> {
  const stream = process.stderr;
  if (!stream.isTTY) return undefined;
  const { SingleBar, Presets } = (await import("cli-progress")).default;
  const options = { stream, format, hideCursor: true, barsize: 24, etaBuffer: 1 };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(total ?? 1, 0, payload);

  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    process.removeListener("exit", stop);
    for (const signal of endings) process.removeListener(signal, onSignal);
    bar.stop();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    stop();
    // with nobody else listening, the signal does what it would have done
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.once("exit", stop);
  // before the listeners of the program, of which those for one time are gone once they are called
  for (const signal of endings) process.prependOnceListener(signal, onSignal);
  return { update: (value, payload) => bar.update(value, payload), stop };
}
