export { flipLead } from "./flip-lead";
export { removeBaseline } from "./remove-baseline";
export { standardize } from "./standardize";
export { findPeaks } from "./find-peaks";
export { resample } from "./resample";
export { cutWindows } from "./cut-windows";
