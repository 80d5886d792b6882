/**
 * harmonium: Boltzmann machines. The public API, by folder. Everything here runs in Node and in the browser;
 * files and run folders are in "harmonium/node".
 */

export { barsAndStripes } from "./data/bars-and-stripes.js";
export type { CsvSplitter } from "./data/csv.js";
export { type DataFile, type DataFileOptions, type FileContents, labelNames, parseDataFile } from "./data/data-file.js";
export type { Dataset, Levels } from "./data/dataset.js";
export { encoderPatterns } from "./data/encoder.js";
export { parseIdx } from "./data/idx.js";
export { classCount, labelsOf } from "./data/labels.js";
export { type LevelOptions, toDataset } from "./data/levels.js";
export { type BitNoise, noisyLevels } from "./data/noisy-levels.js";
export { formatNpy, parseNpy } from "./data/npy.js";
export { parseNpz } from "./data/npz.js";
export { selectClasses, sliceCases, takeCases } from "./data/select.js";
export { allShifterPatterns, type ShifterEnsemble, type ShifterOptions, shifterPatterns } from "./data/shifter.js";
export { type Complaint, type ErrorKind, HarmoniumError, refuse } from "./errors.js";
export { annealedImportanceSampling, type ForwardEstimate } from "./evaluate/ais.js";
export type { Stage } from "./evaluate/annealed-chains.js";
export type { AnnealingOptions } from "./evaluate/annealing.js";
export { type BennettEstimate, bennett } from "./evaluate/bar.js";
export {
  type BatchMeans,
  batchMeans,
  effectiveSamples,
  expectedTotalVariation,
  type Summary,
} from "./evaluate/batch-means.js";
export {
  type ClampedMoments,
  type ClampedMomentsOf,
  type ClampedOptions,
  clampedMoments,
  clampedMomentsOf,
} from "./evaluate/clamped-moments.js";
export { contrastiveField } from "./evaluate/contrastive-field.js";
export {
  type ChainDiagnostics,
  type DiagnoseOptions,
  diagnoseSampling,
  diagnoseSeries,
  type LadderDiagnostics,
  type SamplingDiagnostics,
} from "./evaluate/diagnose-chains.js";
export { type HiddenActivity, hiddenActivity, largestWeights, type WeightPlace } from "./evaluate/diagnostics.js";
export { type Equilibrium, equilibrium, networkLogPartition } from "./evaluate/equilibrium.js";
export { type LikelihoodOptions, type LogLikelihood, logLikelihood } from "./evaluate/estimate-likelihood.js";
export { type LogPartition, logPartition, type PartitionOptions } from "./evaluate/estimate-partition.js";
export { exactNetworkStates, exactVisibleStates, MOST_DRAWN_UNITS } from "./evaluate/exact-draws.js";
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
export { frequencyVariances } from "./evaluate/frequency-variances.js";
export { type ExactLikelihood, exactLikelihood, likelihoodGradient } from "./evaluate/likelihood-gradient.js";
export { exactLogPartition, logLikelihoods, MOST_EXACT_UNITS } from "./evaluate/log-partition.js";
export { effectiveSampleSize, type LogMean, logMeanExp, meanOfLogWeights } from "./evaluate/log-weights.js";
export { exactTerms, MOST_TERMS } from "./evaluate/machine-sum.js";
export { entropyProduction, type Mixing, mixingTime, spectralGap } from "./evaluate/mixing.js";
export {
  exactMoments,
  exactMomentsOf,
  type FreeMoments,
  type FreeMomentsOf,
  type MomentOptions,
  type Moments,
} from "./evaluate/moments.js";
export { parameterName, parameterVector, type RbmParameters, type RbmShape } from "./evaluate/parameter-vector.js";
export { type PseudoLikelihoodOptions, pseudoLogLikelihoods } from "./evaluate/pseudolikelihood.js";
export { type RaiseOptions, raise } from "./evaluate/raise.js";
export { exactRbmMoments, MOST_MOMENT_UNITS, type RbmMoments } from "./evaluate/rbm-moments.js";
export { type ReconstructionOptions, reconstruct, reconstructionError } from "./evaluate/reconstruction.js";
export type { ReverseEstimate } from "./evaluate/reverse-ais.js";
export type { Starts } from "./evaluate/settled-chains.js";
export { mostLawUnits, type StationaryLaw, type StationaryOptions, stationaryLaw } from "./evaluate/stationary-law.js";
export {
  checkTemperatures,
  linearTemperatures,
  salakhutdinovMurrayTemperatures,
  type Temperatures,
} from "./evaluate/temperatures.js";
export { exactLogLikelihoods, unnormalisedLogLikelihoods, visibleDistribution } from "./evaluate/visible-law.js";
export type { WatchOptions } from "./evaluate/watch.js";
export * from "./index.deep.js";
export { parseCheckpoint, serializeCheckpoint } from "./io/checkpoint-file.js";
export { parametersSha256 } from "./io/hash.js";
export { asRbm, type Machine, type ModelFile, parseModel, serializeModel } from "./io/model.js";
export { parseSafetensors, serializeSafetensors, type Tensor } from "./io/safetensors.js";
export type { ClampMode, Kernels } from "./kernels/kernels.js";
export type { UnitDraw } from "./kernels/network-draws.js";
export { availableThreads, createKernels, type KernelOptions } from "./kernels/threads.js";
export type { AverageConfig } from "./learn/average.js";
export {
  boltzmannContrastive,
  boltzmannNegativeFrom,
  exactFree,
  fromScratch,
  type PersistentOptions,
  persistentChains,
  type ScratchOptions,
} from "./learn/boltzmann/negative.js";
export {
  type BoltzmannLearningOptions,
  type BoltzmannTrainOptions,
  type CompleteBoltzmannOptions,
  checkBoltzmannResume,
  completeBoltzmannOptions,
} from "./learn/boltzmann/options.js";
export type {
  BoltzmannNegativeConfig,
  BoltzmannNegativeRule,
  ChainDynamics,
  PositiveConfig,
  PositiveRule,
  Settling,
} from "./learn/boltzmann/phase.js";
export {
  type ChainsOptions,
  clampedChains,
  dataMoments,
  exactHidden,
  type MeanFieldOptions,
  meanField,
  positiveFrom,
} from "./learn/boltzmann/positive.js";
export { pseudoLikelihood } from "./learn/boltzmann/pseudolikelihood.js";
export { temperedChains } from "./learn/boltzmann/tempered.js";
export type { Checkpoint, Progress, SavedArray, SavedState, Trainable } from "./learn/checkpoint.js";
export { hasStoppedEarly, type StopConfig, type StopMetric, type StopWhen } from "./learn/early-stopping.js";
export type { Estimate, LikelihoodMethod, PartitionFigure, Range, RuleFigures } from "./learn/learner.js";
export {
  type AdamConfig,
  type AdamOptions,
  adam,
  type GradientConfig,
  type OptimizerConfig,
  optimizerFrom,
  type SgdConfig,
  type SgdOptions,
  type SignConfig,
  sgd,
  signSteps,
} from "./learn/optimizer.js";
export type { RunOptions } from "./learn/options.js";
export type { CentringConfig, CentringOptions } from "./learn/rbm/centring.js";
export { type ContrastiveOptions, contrastiveDivergence } from "./learn/rbm/contrastive.js";
export { exactGradient } from "./learn/rbm/exact.js";
export { type FastPersistentOptions, fastPersistent } from "./learn/rbm/fast-persistent.js";
export { checkMonitor } from "./learn/rbm/figures.js";
export { negativeFrom } from "./learn/rbm/negative.js";
export {
  type CompleteLearningOptions,
  checkResume,
  completeOptions,
  type LearningOptions,
  type TrainOptions,
} from "./learn/rbm/options.js";
export { persistentContrastiveDivergence } from "./learn/rbm/persistent.js";
export type { HiddenStatistics, NegativeConfig, NegativeRule } from "./learn/rbm/phase.js";
export { type ScikitOptions, scikitPreset } from "./learn/rbm/scikit.js";
export { type GibbsFromScratchOptions, gibbsFromScratch } from "./learn/rbm/scratch.js";
export { temperedGibbs } from "./learn/rbm/tempered.js";
export type { TrajectoryConfig, TrajectoryOptions } from "./learn/rbm/trajectory/options.js";
export { trajectoryTempering } from "./learn/rbm/trajectory.js";
export type { StageReport, Training, TrainingReport } from "./learn/report.js";
export { formatSchedule, parseSchedule, type Schedule } from "./learn/schedule.js";
export type { TemperedConfig, TemperedOptions } from "./learn/tempering-state.js";
export { train } from "./learn/train.js";
export {
  type Boltzmann,
  type BoltzmannOptions,
  boltzmannFromRbm,
  createBoltzmann,
  hiddenUnits,
  isSymmetric,
  stateEnergy,
} from "./machines/boltzmann.js";
export { type ClampedNetwork, clampedNetwork } from "./machines/clamp.js";
export {
  bipartiteConnections,
  type Connections,
  connectionsOf,
  edgeConnections,
  fullConnections,
  type GroupOptions,
  groupConnections,
  latticeConnections,
} from "./machines/connections.js";
export {
  CONNECTIONS_TEXTS,
  type ConnectionsConfig,
  connectionsFrom,
  formatConnections,
  parseConnections,
} from "./machines/connections-config.js";
export { colouring, components, degree, disconnectedVisible, neighbours } from "./machines/graph.js";
export {
  type BoltzmannInitialization,
  initializeBoltzmann,
  initializeRbm,
  type RbmInitialization,
  usualWeightScale,
} from "./machines/initialize.js";
export {
  absorbBias,
  checkTemperature,
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
export { checkWidth, type ResidentRbm, readRbm, residentRbm, withResident } from "./machines/resident.js";
export {
  energiesOf,
  type ResidentNetwork,
  residentNetwork,
  withResidentNetwork,
  writeCouplings,
} from "./machines/resident-network.js";
export { createSparseNetwork, type SparseNetwork, sparseFrom } from "./machines/sparse.js";
export { klDivergence, totalVariation } from "./math/divergence.js";
export { nearest } from "./math/edit-distance.js";
export { type Interval, median, medianInterval, proportionInterval } from "./math/intervals.js";
export { logistic, logistic32, softplus } from "./math/logistic.js";
export { codeOf, stateOf } from "./math/states.js";
export { type Autocorrelation, autocorrelation, splitRHat } from "./math/statistics.js";
export {
  type Agreement,
  agreement,
  asymmetry,
  jacobian,
  type PathIntegral,
  pathIntegral,
  rectangle,
  type VectorField,
} from "./math/vector-field.js";
export { type RandomStream, randomStream } from "./random/stream.js";
export {
  type AnnealingProgress,
  type AnnealingSchedule,
  type AnnealingStage,
  type AnnealOptions,
  anneal,
  formatAnnealing,
  parseAnnealing,
} from "./samplers/annealing.js";
export { blocksOf } from "./samplers/blocks.js";
export { type GibbsInfo, type GibbsOptions, type GibbsState, gibbsSampler } from "./samplers/gibbs.js";
export { adaptedLadder, communicationBarrier, linearLadder } from "./samplers/ladder.js";
export {
  type NetworkDynamics,
  type NetworkInfo,
  type NetworkPurposes,
  type NetworkSampler,
  type NetworkSamplerOptions,
  type NetworkState,
  networkSampler,
} from "./samplers/network.js";
export type { Sampler } from "./samplers/sampler.js";
export type { Clamped, StartOptions } from "./samplers/start.js";
export { type TemperedNetworkOptions, temperedNetwork } from "./samplers/tempered-network.js";
export { type TemperedRbmOptions, temperedRbm } from "./samplers/tempered-rbm.js";
export {
  restartCounts,
  type TemperedMachine,
  type TemperingInfo,
  type TemperingOptions,
  type TemperingState,
  type TunedLadder,
  type TuningOptions,
  temperingSampler,
  tuneLadder,
} from "./samplers/tempering.js";
export { type Moment, runTimeline, type Timeline, timelineLength } from "./samplers/timeline.js";
