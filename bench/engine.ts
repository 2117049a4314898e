import { shutdown } from "nogil";
import { dispatch } from "./engine/dispatch.js";
import { scaling } from "./engine/scaling.js";
import { standardizing } from "./engine/standardize.js";

/** What kernels in workers bring, beside one worker, JavaScript in workers, and C. */
export async function engine(): Promise<void> {
  await scaling();
  await standardizing();
  await dispatch();
  await shutdown();
}
