export class BadRecord extends Error {
  name = "BadRecord";
  code = "EBAD";
}

export const square = (n) => n * n;

/** What items do wrong, each in its own way. */
export function fault(n) {
  if (n === 1) throw new BadRecord("record 1 is bad");
  if (n === 2) for (;;);
  if (n === 3) process.exit(7);
  return n;
}

export async function later(n) {
  await new Promise((resolve) => setTimeout(resolve, 1));
  return n + 0.5;
}

/** Lines long and short, ended and not, on both streams. */
export function print(n) {
  console.log(`out ${n}`);
  process.stderr.write(`err ${n}\n`);
  return n;
}
