/** The options of training a deep Boltzmann machine, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import { type Convergence, checkConvergence } from "../../evaluate/mean-field.js";
import { type Dbm, sidesOf } from "../../machines/dbm.js";
import { createRbm } from "../../machines/rbm.js";
import { checkWidth } from "../../machines/resident.js";
import { checkAverage } from "../average.js";
import type { SavedShapes } from "../checkpoint.js";
import { stageSeed } from "../dbn/options.js";
import { completeStopWhen } from "../early-stopping.js";
import { sgd } from "../optimizer.js";
import { checkBatches, checkLowerRate, type RunOptions } from "../options.js";
import { averageSaves } from "../rbm/average.js";
import { centringSaves, completeCentring } from "../rbm/centring.js";
import { optimizerSaves } from "../rbm/optimizer.js";
import { type CompleteLearningOptions, completeOptions, type LearningOptions } from "../rbm/options.js";
import { persistentContrastiveDivergence } from "../rbm/persistent.js";
import type { NegativeRule, PersistentConfig } from "../rbm/phase.js";
import { completeSparsity, sparsitySaves } from "../rbm/sparsity.js";
import { type TemperedConfig, temperingSaves } from "../tempering-state.js";
import { ofBond } from "./bonds.js";
import { dbmChainsSave, MOST_SWEEPS } from "./chains.js";

/** Of all layers together, whose mean field is the positive phase. */
export interface DbmLearningOptions extends Omit<LearningOptions, "wake" | "negative"> {
  /** Chains over odd and even layers: persistentContrastiveDivergence, with { k: 5 } by default, or temperedGibbs. */
  readonly negative?: NegativeRule;
  /** When the means of the positive phase are good enough; 30 passes, or a root mean square change of 0.001, by default. */
  readonly meanField?: Partial<Convergence>;
  /** Each bond learns at the rate of the one above it times this; 1 by default. Lower bonds that have learnt before need less. */
  readonly lowerRate?: number;
  /** Greedy learning of the bonds before that (pretraining.ts), with options for each from below; none by default. */
  readonly pretraining?: readonly PretrainingOptions[];
}

/** How a bond is learnt before all are: as an RBM by CD or PCD. */
export interface PretrainingOptions extends Omit<LearningOptions, "seed" | "stopWhen"> {}

export interface DbmTrainOptions extends DbmLearningOptions, RunOptions<Dbm> {
  /**
   * Every so many epochs the variational bound is told, with an exact log Z where that takes seconds at most, else with a short estimate from
   * both sides (monitor.ts); 0, never, by default.
   */
  readonly monitor?: number;
}

export type DbmNegativeConfig = PersistentConfig | TemperedConfig;

export interface CompleteDbmOptions extends Omit<CompleteLearningOptions, "wake" | "negative"> {
  readonly negative: DbmNegativeConfig;
  readonly meanField: Convergence;
  readonly lowerRate: number;
  /** Empty without. */
  readonly pretraining: readonly CompleteLearningOptions[];
}

const usualMeanField: Convergence = { iterations: 30, tolerance: 1e-3 };

/** Fills in the defaults; throws "option" or "shape" for what cannot be trained. */
export function completeDbmOptions(dbm: Dbm, data: Dataset, options: DbmLearningOptions): CompleteDbmOptions {
  const { centring, sparsity, average, stopWhen, meanField, pretraining = [], ...others } = options;
  const { negative = persistentContrastiveDivergence({ k: 5 }), ...rest } = others;
  const centred = centring && completeCentring(centring);
  if (average) checkAverage(average);
  const complete: CompleteDbmOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    clamp: "sample",
    optimizer: sgd(),
    lowerRate: 1,
    ...rest,
    negative: chainsOf(negative),
    meanField: { ...usualMeanField, ...meanField },
    pretraining: completePretraining(dbm, data, pretraining, rest.seed ?? 0),
    ...(centred && { centring: centred }),
    ...(sparsity && { sparsity: completeSparsity(sparsity) }),
    ...(average && { average }),
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkWidth("train", data, dbm.layers[0]);
  checkBatches(complete, data);
  checkConvergence(complete.meanField);
  checkLowerRate(complete.lowerRate);
  return complete;
}

function chainsOf({ config }: NegativeRule): DbmNegativeConfig {
  if (config.rule !== "pcd" && config.rule !== "tempered") {
    throw refuse("option", { who: "negative phase: rule", got: config.rule, expected: "pcd or tempered" });
  }
  if (config.rule === "pcd" && config.k > MOST_SWEEPS) {
    throw refuse("option", { who: "k of PCD-k", got: String(config.k), expected: `at most ${MOST_SWEEPS}` });
  }
  return config;
}

function completePretraining(
  { layers }: Dbm,
  data: Dataset,
  options: readonly PretrainingOptions[],
  seed: number,
): CompleteLearningOptions[] {
  const bonds = layers.length - 1;
  if (options.length !== bonds && options.length !== 0) {
    const expected = `${bonds}, one for each bond of ${layers.join("-")}, or none`;
    throw refuse("option", { who: "pretraining", got: `options for ${options.length} bonds`, expected });
  }
  return options.map((own, l) => {
    const name = `${data.name}, layer ${l + 1}`;
    const rbm = createRbm(layers[l], layers[l + 1]);
    const complete = completeOptions(
      rbm,
      { ...data, name, units: layers[l] },
      { ...own, seed: stageSeed(seed, l + 1) },
    );
    const { rule } = complete.negative.config;
    if (rule === "cd" || rule === "pcd") return complete;
    throw refuse("option", { who: `pretraining of layer ${l + 1}: rule`, got: rule, expected: "cd or pcd" });
  });
}

/** What the rule of these options keeps, for machines of these layers. */
export function dbmSaves(options: CompleteDbmOptions, { layers }: Pick<Dbm, "layers">): SavedShapes {
  const bonds = layers.slice(1).map((above, l) =>
    ofBond(l, {
      ...optimizerSaves(options.optimizer, layers[l], above),
      ...(options.centring && centringSaves(above)),
      ...(options.sparsity && sparsitySaves(above)),
      ...(options.average && averageSaves(layers[l], above)),
    }),
  );
  const { negative } = options;
  const chains =
    negative.rule === "pcd" ? dbmChainsSave(negative, layers) : temperingSaves(negative, sidesOf({ layers }).even);
  return Object.assign(chains, ...bonds);
}
