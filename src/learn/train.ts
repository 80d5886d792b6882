/** What can be trained, and from what. Each machine has its own checks and learner, and all have the one loop (loop.ts). */

import type { Dataset } from "../data/dataset.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Classifier } from "../machines/classifier.js";
import type { Dbm } from "../machines/dbm.js";
import type { Dbn } from "../machines/dbn.js";
import type { Rbm } from "../machines/rbm.js";
import type { BoltzmannTrainOptions } from "./boltzmann/options.js";
import type { Trainable } from "./checkpoint.js";
import type { ClassificationRbmTrainOptions } from "./classification-rbm/options.js";
import type { ClassifierTrainOptions } from "./classifier/options.js";
import type { DbmTrainOptions } from "./dbm/options.js";
import type { DbnTrainOptions } from "./dbn/options.js";
import type { TrainOptions } from "./rbm/options.js";
import { trainRbm } from "./rbm/train-rbm.js";
import type { Training } from "./report.js";

/**
 * Trains a copy of the machine on `data`; the result is `report.machine()` of the last report.
 *
 * The parameters after n updates are a function of the machine, the data, the learning options and n: not of threads, time,
 * reports, or interruptions. Throws "option" and "shape" before the first update, and "divergence" when a weight or a bias is not
 * finite or beyond ±500, within one report of its happening.
 */
export function train(rbm: Rbm, data: Dataset, options: TrainOptions): Training<Rbm>;
export function train(machine: Boltzmann, data: Dataset, options: BoltzmannTrainOptions): Training<Boltzmann>;
export function train(classifier: Classifier, data: Dataset, options: ClassifierTrainOptions): Training<Classifier>;
/** With an `objective`, which a network of one hidden layer with label units can have: a classification RBM. */
export function train(
  machine: Dbn,
  data: Dataset,
  options: DbnTrainOptions | ClassificationRbmTrainOptions,
): Training<Dbn>;
export function train(machine: Dbm, data: Dataset, options: DbmTrainOptions): Training<Dbm>;
export function train(
  machine: Trainable,
  data: Dataset,
  options:
    | TrainOptions
    | BoltzmannTrainOptions
    | ClassifierTrainOptions
    | DbnTrainOptions
    | ClassificationRbmTrainOptions
    | DbmTrainOptions,
): Training<Rbm> | Training<Boltzmann> | Training<Classifier> | Training<Dbn> | Training<Dbm> {
  if (machine.kind === "rbm") return trainRbm(machine, data, options as TrainOptions);
  // the others when they are asked for: a page that trains RBMs need not load them
  switch (machine.kind) {
    case "classifier":
      return begun(async () => {
        const { trainClassifier } = await import("./classifier/train-classifier.js");
        return trainClassifier(machine, data, options as ClassifierTrainOptions);
      });
    case "dbn":
      return begun(async () => {
        if ("objective" in options) {
          const { trainClassificationRbm } = await import("./classification-rbm/train-classification-rbm.js");
          return trainClassificationRbm(machine, data, options);
        }
        const { trainDbn } = await import("./dbn/train-dbn.js");
        return trainDbn(machine, data, options as DbnTrainOptions);
      });
    case "dbm":
      return begun(async () => {
        const { trainDbm } = await import("./dbm/train-dbm.js");
        return trainDbm(machine, data, options as DbmTrainOptions);
      });
    default:
      return begun(async () => {
        const { trainBoltzmann } = await import("./boltzmann/train-boltzmann.js");
        return trainBoltzmann(machine, data, options as BoltzmannTrainOptions);
      });
  }
}

async function* begun<Machine extends Trainable>(begin: () => Promise<Training<Machine>>): Training<Machine> {
  yield* await begin();
}
