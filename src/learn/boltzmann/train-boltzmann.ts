/** Learning of a general Boltzmann machine: checks, a learner, and the one loop. */

import type { Dataset } from "../../data/dataset.js";
import type { Boltzmann } from "../../machines/boltzmann.js";
import { checkWidth } from "../../machines/resident.js";
import { checkTold } from "../early-stopping.js";
import { loop, withKernels } from "../loop.js";
import type { Training } from "../report.js";
import { logLikelihoodsTold, startBoltzmannLearner } from "./learner.js";
import { type BoltzmannTrainOptions, checkBoltzmannResume, completeBoltzmannOptions } from "./options.js";

/** As train (train.ts). */
export async function* trainBoltzmann(
  machine: Boltzmann,
  data: Dataset,
  options: BoltzmannTrainOptions,
): Training<Boltzmann> {
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
