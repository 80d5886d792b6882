/** Training a classification RBM. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import { type Dbn, dbnText } from "../../machines/dbn.js";
import { checkVisible } from "../../machines/resident-dbn.js";
import type { Checkpoint } from "../checkpoint.js";
import { checkTold, stoppingSaves } from "../early-stopping.js";
import { loop, withKernels } from "../loop.js";
import { AS_BEGUN, checkProgress, checkSaved } from "../options.js";
import { averageSaves } from "../rbm/average.js";
import { optimizerSaves } from "../rbm/optimizer.js";
import type { Training } from "../report.js";
import { casesAnEpoch, classificationFigures, startClassificationRbmLearner } from "./learner.js";
import {
  type ClassificationRbmTrainOptions,
  type CompleteClassificationRbmOptions,
  completeClassificationRbmOptions,
} from "./options.js";

export async function* trainClassificationRbm(
  dbn: Dbn,
  data: Dataset,
  options: ClassificationRbmTrainOptions,
): Training<Dbn> {
  const learning = completeClassificationRbmOptions(dbn, data, options);
  const { heldOut, resume } = options;
  if (heldOut) {
    checkVisible("train: held-out data", heldOut, dbn);
    labelsOf("train: held-out data", heldOut, dbn.classes);
  }
  checkTold(learning.stopWhen, classificationFigures(heldOut));
  if (resume) checkClassificationRbmResume(resume, dbn, data, learning);
  yield* withKernels(options, (kernels) => {
    const initial = resume?.machine ?? dbn;
    const learner = startClassificationRbmLearner(kernels, initial, data, learning, heldOut, resume?.state);
    return loop(learner, { ...data, cases: casesAnEpoch(data) }, learning, options, resume);
  });
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this machine, these data and these options. */
export function checkClassificationRbmResume(
  checkpoint: Checkpoint,
  dbn: Dbn,
  data: Dataset,
  learning: CompleteClassificationRbmOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Dbn> {
  const { machine, state } = checkpoint;
  const expected = `a classification RBM of ${dbnText(dbn)}`;
  const got = machine.kind === "dbn" ? `a network of ${dbnText(machine)}` : `a ${machine.kind} machine`;
  if (machine.kind !== "dbn" || dbnText(machine) !== dbnText(dbn)) {
    throw refuse("shape", { who, got, expected, wayOut: AS_BEGUN });
  }
  const { visible, hidden } = dbn.top;
  const shapes = {
    ...optimizerSaves(learning.optimizer, visible, hidden),
    ...(learning.average && averageSaves(visible, hidden)),
    ...(learning.stopWhen && stoppingSaves(dbn)),
  };
  checkSaved(state, shapes, who);
  checkProgress(checkpoint, { ...data, cases: casesAnEpoch(data) }, learning, who);
}
