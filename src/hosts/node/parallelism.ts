import * as os from "node:os";

export function parallelism(): number {
  return os.availableParallelism();
}
