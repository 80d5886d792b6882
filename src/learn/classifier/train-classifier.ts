/** Learning of a classifier: checks, what it learns from, a learner, and the one loop. */

import type { Dataset } from "../../data/dataset.js";
import { classifierInputs } from "../../evaluate/classifier-inputs.js";
import type { Classifier } from "../../machines/classifier.js";
import { checkTold } from "../early-stopping.js";
import { loop, withKernels } from "../loop.js";
import type { Training } from "../report.js";
import { asPart } from "../stages.js";
import { classifierFigures, startClassifierLearner } from "./learner.js";
import { type ClassifierTrainOptions, checkClassifierResume, completeClassifierOptions } from "./options.js";

/** As train (train.ts). */
export async function* trainClassifier(
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
