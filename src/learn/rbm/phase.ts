/**
 * A learning rule is positive phase × negative phase × optimizer. This file says what a phase of an RBM's rule is.
 *
 *   ∂L/∂W_ij = ⟨v_i h_j⟩ (wake: data clamped) − ⟨v_i h_j⟩ (dream: the machine by itself).
 *
 * Statistics are of cases, or the moments themselves. A rule is plain data and a way to `start`; what it starts holds the rule's arrays in
 * the kernels' memory.
 */

import type { Dataset } from "../../data/dataset.js";
import type {
  BondParameters,
  ClampMode,
  Field,
  Kernels,
  Matrix,
  Phase,
  States,
  Vector,
} from "../../kernels/kernels.js";
import { towardsHidden } from "../../machines/resident.js";
import type { SavedShapes, SavedState } from "../checkpoint.js";
import type { Batch, Estimate, RuleFigures } from "../learner.js";
import type { TemperedConfig } from "../tempering-state.js";
import type { TrajectoryConfig } from "./trajectory/options.js";

export interface LearningContext {
  readonly kernels: Kernels;
  readonly parameters: BondParameters;
  /** All training cases. */
  readonly data: Dataset;
  readonly seed: number;
  /** The most cases that an update will see. */
  readonly batchSize: number;
  /** What the rule had saved, to go on from. */
  readonly saved?: SavedState | undefined;
  /** Where the visible units of a batch come from, if not from clamping its levels. */
  readonly source?: VisibleSource | undefined;
}

/** Fills the visible units with the batch: States, or a Field where they are probabilities. */
export type VisibleSource = (batch: Batch, out: States | Field) => void;

/** ⟨v hᵀ⟩ with probabilities P(h | v), or with samples of them (noisier; what the formula literally says). */
export type HiddenStatistics = "probability" | "sample";

export interface PositivePhase extends Phase {
  /** h ~ P(h | v): where contrastive divergence starts its chain. */
  readonly hiddenSample: States;
}

/** Cases of the machine by itself. */
export interface NegativeCases extends Phase {
  /** What the machine made of the batch, where chains start at the data: for the reconstruction error. */
  readonly reconstruction?: States | Field;
}

/** ⟨v hᵀ⟩, ⟨v⟩, ⟨h⟩ of the machine themselves, where they can be had. */
export interface NegativeMoments {
  /** [visible, hidden] */
  readonly weights: Matrix;
  readonly visible: Vector;
  readonly hidden: Vector;
}

export type NegativeResult = NegativeCases | NegativeMoments;

export function isMoments(result: NegativeResult): result is NegativeMoments {
  return "weights" in result;
}

/** What a negative phase has to say of the update before. */
export interface Verdict {
  /** The parameters are back to where they were earlier; the optimizer has to forget what led away from there. */
  readonly rejected: boolean;
  /** What the optimizer's rate is multiplied by. */
  readonly rateFactor: number;
}

export interface NegativePhase {
  /**
   * What is to be done before the positive phase: long work, at whose yields other work has its turn, and work that may change the
   * parameters.
   */
  prepare?(update: number): Generator<void, Verdict, void>;
  expect(batch: Batch, positive: PositivePhase): NegativeResult;
  /** Numbers of the rule's own, to be shown. */
  figures?(): RuleFigures;
  /** log Z of the machine as it is, where the rule can tell. */
  logPartition?(): Estimate;
  /** What it keeps from one update to the next. */
  state?(): SavedState;
}

export interface NegativeRule {
  /** Plain data from which the rule can be made again: kept in run folders and checkpoints. */
  readonly config: NegativeConfig;
  /** Throws "size" for machines that are too large for it. */
  check?(visible: number, hidden: number): void;
  /** The shapes of what it keeps, for a machine of these sizes. */
  saves?(visible: number, hidden: number): SavedShapes;
  start(context: LearningContext): NegativePhase;
}

export interface ContrastiveConfig {
  readonly rule: "cd";
  readonly k: number;
  readonly dream: HiddenStatistics;
  readonly reconstruction: "sample" | "probability";
}

export interface PersistentConfig {
  readonly rule: "pcd";
  readonly k: number;
  readonly chains: number;
  readonly dream: HiddenStatistics;
}

export interface FastPersistentConfig {
  readonly rule: "fpcd";
  readonly k: number;
  readonly chains: number;
  readonly dream: HiddenStatistics;
  readonly fastRate: number;
  readonly fastDecay: number;
}

export interface ScratchConfig {
  readonly rule: "scratch";
  readonly chains: number;
  readonly sweeps: number | "mixed";
  readonly mostSweeps: number;
}

export interface ExactConfig {
  readonly rule: "exact";
}

export type NegativeConfig =
  | ContrastiveConfig
  | PersistentConfig
  | FastPersistentConfig
  | TemperedConfig
  | TrajectoryConfig
  | ScratchConfig
  | ExactConfig;

export interface PositiveOptions {
  readonly clamp: ClampMode;
  readonly wake: HiddenStatistics;
}

/** The positive phase of an RBM: data clamped on v, P(h | v) exact. */
export function startPositive(
  context: LearningContext,
  { clamp, wake }: PositiveOptions,
): (batch: Batch) => PositivePhase {
  const { kernels, parameters, seed, batchSize, source } = context;
  const [visibleUnits, hiddenUnits] = [parameters.visibleBias.size, parameters.hiddenBias.size];
  const visible =
    clamp === "probability" ? kernels.field(batchSize, visibleUnits) : kernels.states(batchSize, visibleUnits);
  const hidden = kernels.field(batchSize, hiddenUnits);
  const hiddenSample = kernels.states(batchSize, hiddenUnits);
  const clampLevels: VisibleSource = ({ data, rows, update }, out) => {
    const draw = { seed, purpose: "clamp", step: update } as const;
    kernels.clamp({ levels: data.levels, units: data.units, rows, mode: clamp, draw, out });
  };
  const fill = source ?? clampLevels;
  return (batch) => {
    const { rows, update } = batch;
    fill(batch, visible);
    kernels.conditional({
      cases: rows.length,
      from: visible,
      ...towardsHidden(parameters),
      mean: hidden,
      sample: hiddenSample,
      meanIsSample: wake === "sample",
      draw: { seed, purpose: "hidden", step: update },
    });
    return { cases: rows.length, visible, hidden, hiddenSample };
  };
}
