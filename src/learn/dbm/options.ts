/** The options of training a deep Boltzmann machine, their defaults, and their checks. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import { type Convergence, checkConvergence } from "../../evaluate/mean-field.js";
import type { Dbm } from "../../machines/dbm.js";
import { checkWidth } from "../../machines/resident.js";
import type { SavedShapes } from "../checkpoint.js";
import { completeStopWhen } from "../early-stopping.js";
import { sgd } from "../optimizer.js";
import { checkBatches, type RunOptions } from "../options.js";
import { averageSaves, checkAverage } from "../rbm/average.js";
import { centringSaves, completeCentring } from "../rbm/centring.js";
import { optimizerSaves } from "../rbm/optimizer.js";
import type { CompleteLearningOptions, LearningOptions } from "../rbm/options.js";
import { type PersistentOptions, persistentOptions } from "../rbm/persistent.js";
import type { PersistentConfig } from "../rbm/phase.js";
import { completeSparsity, sparsitySaves } from "../rbm/sparsity.js";
import { ofBond } from "./bonds.js";
import { dbmChainsSave, MOST_SWEEPS } from "./chains.js";

/** Of all layers together, whose mean field is the positive phase. */
export interface DbmLearningOptions extends Omit<LearningOptions, "wake" | "negative"> {
  /** Persistent chains over odd and even layers; 5 sweeps an update and 100 chains by default. */
  readonly negative?: PersistentOptions;
  /** When the means of the positive phase are good enough; 30 passes, or a root mean square change of 0.001, by default. */
  readonly meanField?: Partial<Convergence>;
}

export interface DbmTrainOptions extends DbmLearningOptions, RunOptions<Dbm> {
  /**
   * Every so many epochs the variational bound is told, with an exact log Z where that takes seconds at most, else with a short estimate from
   * both sides (monitor.ts); 0, never, by default.
   */
  readonly monitor?: number;
}

export interface CompleteDbmOptions extends Omit<CompleteLearningOptions, "wake" | "negative"> {
  readonly negative: PersistentConfig;
  readonly meanField: Convergence;
}

/** Fills in the defaults; throws "option" or "shape" for what cannot be trained. */
export function completeDbmOptions(dbm: Dbm, data: Dataset, options: DbmLearningOptions): CompleteDbmOptions {
  const { centring, sparsity, average, stopWhen, negative, meanField, ...rest } = options;
  const centred = centring && completeCentring(centring);
  if (average) checkAverage(average);
  const chains = persistentOptions("PCD-k", { k: 5, ...negative });
  if (chains.k > MOST_SWEEPS) {
    throw refuse("option", { who: "k of PCD-k", got: String(chains.k), expected: `at most ${MOST_SWEEPS}` });
  }
  const complete: CompleteDbmOptions = {
    batchSize: Math.min(100, data.cases),
    seed: 0,
    clamp: "sample",
    optimizer: sgd(),
    ...rest,
    negative: { rule: "pcd", ...chains },
    meanField: { iterations: 30, tolerance: 1e-3, ...meanField },
    ...(centred && { centring: centred }),
    ...(sparsity && { sparsity: completeSparsity(sparsity) }),
    ...(average && { average }),
    ...(stopWhen && { stopWhen: completeStopWhen(stopWhen) }),
  };
  checkWidth("train", data, dbm.layers[0]);
  checkBatches(complete, data);
  checkConvergence(complete.meanField);
  return complete;
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
  return Object.assign(dbmChainsSave(options.negative, layers), ...bonds);
}
