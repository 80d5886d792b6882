/** The part of the public API that needs files: data sets by name, model files, run folders. For Node. */

export { type EpochMetrics, epochMetrics } from "./epoch-metrics.js";
export { appendLine, createFolder, RUN_FORMAT, readFileBytes, writeFileAtomic } from "./files.js";
export { BUILT_IN_DATA, type LoadOptions, loadData } from "./load-data.js";
export { loadEdges } from "./load-edges.js";
export { type LoadNetworkOptions, loadBoltzmann, loadMachine, loadNetwork } from "./load-network.js";
export { findMnist, loadMnist } from "./mnist.js";
export {
  type BegunWith,
  type BoltzmannRunConfig,
  boltzmannLearningFrom,
  type ClassificationRbmRunConfig,
  type ClassifierRunConfig,
  classificationRbmLearningFrom,
  classifierLearningFrom,
  type DataConfig,
  type DbmRunConfig,
  type DbnRunConfig,
  dbmLearningFrom,
  dbnLearningFrom,
  learningFrom,
  loadConfigured,
  type RbmRunConfig,
  type RunConfig,
} from "./run-config.js";
export {
  checkpointFile,
  createRun,
  discardRun,
  freeRunFolder,
  isRunFolder,
  type LoadedModel,
  loadModel,
  loadRbm,
  openRun,
  type Run,
  readCheckpoint,
  readHistory,
  readMetrics,
  recordRun,
} from "./run-folder.js";
