/** The public API of deep machines: a part of index.ts. */

export { labelFirst } from "./data/labels.js";
export * from "./evaluate/classification.js";
export {
  type DbmBound,
  type DbmBoundOptions,
  dbmBound,
  exactDbmLogLikelihoods,
  type VariationalBounds,
  type VariationalOptions,
  variationalBounds,
} from "./evaluate/dbm-bound.js";
export { type DbmFeatureOptions, dbmAugmented, dbmFeatures, dbmReconstruct } from "./evaluate/dbm-features.js";
export { dbmLogPartition } from "./evaluate/dbm-partition.js";
export * from "./evaluate/dbn/index.js";
export { type Convergence, type Settled, startMeanField } from "./evaluate/mean-field.js";
export * from "./learn/classification-rbm/options.js";
export { checkClassificationRbmResume } from "./learn/classification-rbm/train-classification-rbm.js";
export * from "./learn/classifier/options.js";
export {
  type CompleteDbmOptions,
  completeDbmOptions,
  type DbmLearningOptions,
  type DbmTrainOptions,
  type PretrainingOptions,
} from "./learn/dbm/options.js";
export { checkDbmResume } from "./learn/dbm/train-dbm.js";
export * from "./learn/dbn/index.js";
export { type ClassificationRbmInitialization, initializeClassificationRbm } from "./machines/classification-rbm.js";
export * from "./machines/classifier.js";
export { createDbm, type Dbm, dbmAsRbm, dbmEnergy, rbmAsDbm } from "./machines/dbm.js";
export { bondRbm, createDbn, type Dbn, type DirectedBond, dbnText } from "./machines/dbn.js";
export { featureLayers } from "./machines/feature-layers.js";
export { type DbmInitialization, initializeDbm } from "./machines/initialize-dbm.js";
export { type DbnInitialization, initializeDbn } from "./machines/initialize-dbn.js";
export { allocateLayers, readClassifier, residentClassifier } from "./machines/resident-classifier.js";
export { layerGiven, type ResidentDbm, readDbm, residentDbm, withResidentDbm } from "./machines/resident-dbm.js";
export { type ResidentDbn, readDbn, residentDbn, withResidentDbn } from "./machines/resident-dbn.js";
export { type DbmInfo, type DbmSamplerOptions, type DbmState, dbmSampler } from "./samplers/dbm.js";
export {
  type DbnInfo,
  type DbnSampler,
  type DbnSamplerOptions,
  type DbnState,
  dbnSampler,
} from "./samplers/dbn.js";
