export { fromNpy } from "./from-npy.js";
export { toNpy } from "./to-npy.js";
