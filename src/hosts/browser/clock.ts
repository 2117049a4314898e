export function machineOrigin(): number {
  return performance.timeOrigin;
}
