/** What the public API has of this folder. */

export { type BoundOptions, type DbnBound, dbnBound, type MeanBound } from "./bound.js";
export { exactDbnLogLikelihoods } from "./exact.js";
export {
  dbnFeatures,
  dbnReconstruct,
  type FeatureOptions,
  labelProbabilities,
  type PassOptions,
} from "./features.js";
