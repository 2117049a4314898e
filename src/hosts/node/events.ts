import * as diagnostics from "node:diagnostics_channel";
import { setMaxListeners } from "node:events";
import type { Channel } from "../host.js";

export function channel(name: string): Channel {
  return diagnostics.channel(name);
}

export function allowManyListeners(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
