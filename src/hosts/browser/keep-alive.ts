// a page stays until it is closed
export function keepAlive(): () => void {
  return () => {};
}
