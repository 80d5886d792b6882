/**
 * harmonium: Boltzmann machines. The public API, by folder. Everything here runs in Node and in the browser;
 * files and run folders are in "harmonium/node".
 */

export { barsAndStripes } from "./data/bars-and-stripes.js";
export type { Dataset, Levels } from "./data/dataset.js";
export { encoderPatterns } from "./data/encoder.js";
export { parseIdx } from "./data/idx.js";
export { toDataset } from "./data/levels.js";
export { type BitNoise, noisyLevels } from "./data/noisy-levels.js";
export { formatNpy, parseNpy } from "./data/npy.js";
export { parseNpz } from "./data/npz.js";
export { selectClasses, takeCases } from "./data/select.js";
export { allShifterPatterns, type ShifterEnsemble, type ShifterOptions, shifterPatterns } from "./data/shifter.js";
export { type Complaint, type ErrorKind, HarmoniumError, refuse } from "./errors.js";
export { type Equilibrium, equilibrium, networkLogPartition } from "./evaluate/equilibrium.js";
export {
  boltzmannGibbs,
  type Dynamics,
  detailedBalanceResidual,
  evolve,
  parallelLaw,
  stationaryDistribution,
  transitionMatrix,
} from "./evaluate/exact-network.js";
export { hiddenFeatures } from "./evaluate/features.js";
export { type FreeEnergyOptions, freeEnergies } from "./evaluate/free-energy.js";
export { exactLogPartition, logLikelihoods, MOST_EXACT_UNITS } from "./evaluate/log-partition.js";
export { type PseudoLikelihoodOptions, pseudoLogLikelihoods } from "./evaluate/pseudolikelihood.js";
export { type ReconstructionOptions, reconstruct, reconstructionError } from "./evaluate/reconstruction.js";
export { parseCheckpoint, serializeCheckpoint } from "./io/checkpoint-file.js";
export { parametersSha256 } from "./io/hash.js";
export { type ModelFile, parseModel, serializeModel } from "./io/model.js";
export { parseSafetensors, serializeSafetensors, type Tensor } from "./io/safetensors.js";
export type { ClampMode, Kernels } from "./kernels/kernels.js";
export { availableThreads, createKernels, type KernelOptions } from "./kernels/threads.js";
export type { Checkpoint, Progress } from "./learn/checkpoint.js";
export { type ContrastiveOptions, contrastiveDivergence, negativeFrom } from "./learn/contrastive.js";
export { type SgdConfig, type SgdOptions, sgd } from "./learn/optimizer.js";
export {
  type CompleteLearningOptions,
  checkResume,
  completeOptions,
  type LearningOptions,
  type TrainOptions,
} from "./learn/options.js";
export type { HiddenStatistics, NegativeConfig, NegativeRule } from "./learn/phase.js";
export type { TrainingReport } from "./learn/report.js";
export { parseSchedule, type Schedule } from "./learn/schedule.js";
export { train } from "./learn/train.js";
export {
  type Boltzmann,
  type BoltzmannOptions,
  boltzmannFromRbm,
  createBoltzmann,
  stateEnergy,
} from "./machines/boltzmann.js";
export { initializeRbm, type RbmInitialization } from "./machines/initialize.js";
export {
  absorbBias,
  createNetwork,
  extractBias,
  firingProbability,
  type Network,
  unitInput,
} from "./machines/network.js";
export {
  createRbm,
  energy,
  freeEnergy,
  hiddenInput,
  hiddenMean,
  type Rbm,
  visibleInput,
  visibleMean,
} from "./machines/rbm.js";
export { type ResidentRbm, readRbm, residentRbm, withResident } from "./machines/resident.js";
export { nearest } from "./math/edit-distance.js";
export { logistic, logistic32, softplus } from "./math/logistic.js";
export { codeOf, stateOf } from "./math/states.js";
export { type RandomStream, randomStream } from "./random/stream.js";
export { type GibbsInfo, type GibbsOptions, type GibbsState, gibbsSampler } from "./samplers/gibbs.js";
export {
  type NetworkInfo,
  type NetworkSamplerOptions,
  type NetworkState,
  networkSampler,
} from "./samplers/network.js";
export type { Sampler } from "./samplers/sampler.js";
