import type { Host } from "../host.js";

// browsers do not count listeners
export const allowManyListeners: Host["signals"]["allowManyListeners"] = () => {};
