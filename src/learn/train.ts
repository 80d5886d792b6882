/** What can be trained, and from what: checks, a learner, and the one loop. */

import type { Dataset } from "../data/dataset.js";
import { classifierInputs } from "../evaluate/classifier-inputs.js";
import type { Boltzmann } from "../machines/boltzmann.js";
import type { Classifier } from "../machines/classifier.js";
import type { Dbm } from "../machines/dbm.js";
import type { Dbn } from "../machines/dbn.js";
import type { Rbm } from "../machines/rbm.js";
import { checkWidth } from "../machines/resident.js";
import { logLikelihoodsTold, startBoltzmannLearner } from "./boltzmann/learner.js";
import { type BoltzmannTrainOptions, checkBoltzmannResume, completeBoltzmannOptions } from "./boltzmann/options.js";
import type { Trainable } from "./checkpoint.js";
import type { ClassificationRbmTrainOptions } from "./classification-rbm/options.js";
import { trainClassificationRbm } from "./classification-rbm/train-classification-rbm.js";
import { classifierFigures, startClassifierLearner } from "./classifier/learner.js";
import { type ClassifierTrainOptions, checkClassifierResume, completeClassifierOptions } from "./classifier/options.js";
import type { DbmTrainOptions } from "./dbm/options.js";
import { trainDbm } from "./dbm/train-dbm.js";
import type { DbnTrainOptions } from "./dbn/options.js";
import { trainDbn } from "./dbn/train-dbn.js";
import { checkTold } from "./early-stopping.js";
import { loop, withKernels } from "./loop.js";
import { checkMonitor, rbmFigures } from "./rbm/figures.js";
import { startRbmLearner } from "./rbm/learner.js";
import { checkResume, completeOptions, type TrainOptions } from "./rbm/options.js";
import type { Training } from "./report.js";
import { asPart } from "./stages.js";

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
  if (machine.kind === "classifier") return trainClassifier(machine, data, options as ClassifierTrainOptions);
  if (machine.kind === "dbn" && "objective" in options) return trainClassificationRbm(machine, data, options);
  if (machine.kind === "dbn") return trainDbn(machine, data, options as DbnTrainOptions);
  if (machine.kind === "dbm") return trainDbm(machine, data, options as DbmTrainOptions);
  return trainBoltzmann(machine, data, options as BoltzmannTrainOptions);
}

async function* trainRbm(rbm: Rbm, data: Dataset, options: TrainOptions): Training<Rbm> {
  const learning = completeOptions(rbm, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, rbm.visible);
  if (monitor > 0) checkMonitor(learning);
  checkTold(learning.stopWhen, rbmFigures({ heldOut, monitor }, learning));
  if (resume) checkResume(resume, rbm, data, learning);
  yield* withKernels(options, (kernels) => {
    const watched = { heldOut, monitor };
    const learner = startRbmLearner(kernels, resume?.machine ?? rbm, data, learning, watched, resume?.state);
    return loop(learner, data, learning, options, resume);
  });
}

async function* trainBoltzmann(machine: Boltzmann, data: Dataset, options: BoltzmannTrainOptions): Training<Boltzmann> {
  const learning = completeBoltzmannOptions(machine, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, machine.visible.length);
  checkTold(learning.stopWhen, logLikelihoodsTold(heldOut, monitor));
  if (resume) checkBoltzmannResume(resume, machine, data, learning);
  yield* withKernels(options, (kernels) => {
    const watched = monitor > 0 ? { every: monitor, data, heldOut } : undefined;
    const learner = startBoltzmannLearner(kernels, resume?.machine ?? machine, learning, watched, resume?.state);
    return loop(learner, data, learning, options, resume);
  });
}

async function* trainClassifier(
  classifier: Classifier,
  data: Dataset,
  options: ClassifierTrainOptions,
): Training<Classifier> {
  const learning = completeClassifierOptions(classifier, data, options);
  const { heldOut, resume } = options;
  checkTold(learning.stopWhen, classifierFigures(heldOut));
  if (resume) checkClassifierResume(resume, classifier, data, learning);
  const [cases, unseen] = [
    await classifierInputs("train", classifier, data, options),
    heldOut && (await classifierInputs("train: held-out data", classifier, heldOut, options)),
  ];
  yield* withKernels(options, (kernels) => {
    const initial = resume?.machine ?? classifier;
    const layers = startClassifierLearner(kernels, initial, cases, learning, unseen, resume?.state);
    const learner = asPart(layers, (learnt): Classifier => ({ ...classifier, ...learnt }));
    return loop(learner, cases, learning, options, resume);
  });
}
