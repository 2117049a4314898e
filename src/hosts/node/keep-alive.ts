let calls = 0;
let timer: NodeJS.Timeout | undefined;

/** Keeps the process alive, as unsettled promises alone and idle workers do not, until what comes back is called. */
export function keepAlive(): () => void {
  if (calls++ === 0) timer = setInterval(() => {}, 2 ** 30);
  return () => {
    if (--calls === 0) clearInterval(timer);
  };
}
