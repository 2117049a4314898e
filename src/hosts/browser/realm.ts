import type { Host } from "../host.js";

// a page has one realm; what an iframe has is its own
export const hostSymbol: Host["realm"]["hostSymbol"] = () => undefined;

export const isNativeError: Host["realm"]["isNativeError"] = () => false;
