import type { Host } from "../host.js";

export const terminalBar: Host["terminal"]["terminalBar"] = () => undefined;
