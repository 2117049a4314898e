import { load } from "../../dist/engines/registry.js";

export const threads = await load("threads");
export const async = await load("async");
export const mpc = await load("mpc");
export const nogil = await load("nogil");
export const sequential = await load("for");
