import * as diagnostics from "node:diagnostics_channel";
import type { Channel } from "../host.js";

export function channel(name: string): Channel {
  return diagnostics.channel(name);
}
