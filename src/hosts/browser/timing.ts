export function machineOrigin(): number {
  return performance.timeOrigin;
}

const waiting: (() => void)[] = [];
let ends: MessageChannel | undefined;

export function turn(): Promise<void> {
  return new Promise(later);
}

export function later(task: () => void): void {
  waiting.push(task);
  ends ??= makeChannel();
  ends.port2.postMessage(undefined);
}

// a message comes after those that are there already, and at once: timers wait for 4 milliseconds, once a few follow each other
function makeChannel(): MessageChannel {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => waiting.shift()!();
  return channel;
}
