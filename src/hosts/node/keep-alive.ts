let calls = 0;
let timer: NodeJS.Timeout | undefined;

export function keepAlive(): () => void {
  if (calls++ === 0) timer = setInterval(() => {}, 2 ** 30);
  return () => {
    if (--calls === 0) clearInterval(timer);
  };
}
