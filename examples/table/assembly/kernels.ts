export { countBuckets, takeBuckets } from "./buckets";
export { robustScale } from "./robust-scale";
export { oneHot } from "./one-hot";
