/** The public API of deep machines: a part of index.ts. */

export {
  type DbmBound,
  type DbmBoundOptions,
  dbmBound,
  exactDbmLogLikelihoods,
  type VariationalBounds,
  type VariationalOptions,
  variationalBounds,
} from "./evaluate/dbm-bound.js";
export { type DbmFeatureOptions, dbmFeatures, dbmReconstruct } from "./evaluate/dbm-features.js";
export { dbmLogPartition } from "./evaluate/dbm-partition.js";
export type { Convergence } from "./evaluate/mean-field.js";
export {
  type CompleteDbmOptions,
  completeDbmOptions,
  type DbmLearningOptions,
  type DbmTrainOptions,
  type PretrainingOptions,
} from "./learn/dbm/options.js";
export { checkDbmResume } from "./learn/dbm/train-dbm.js";
export { createDbm, type Dbm, dbmAsRbm, dbmEnergy, rbmAsDbm } from "./machines/dbm.js";
export { type DbmInitialization, initializeDbm } from "./machines/initialize-dbm.js";
export { layerGiven, type ResidentDbm, readDbm, residentDbm, withResidentDbm } from "./machines/resident-dbm.js";
export { type DbmInfo, type DbmSamplerOptions, type DbmState, dbmSampler } from "./samplers/dbm.js";
