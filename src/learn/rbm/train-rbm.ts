/** Learning of a restricted Boltzmann machine: checks, a learner, and the one loop. */

import type { Dataset } from "../../data/dataset.js";
import type { Rbm } from "../../machines/rbm.js";
import { checkWidth } from "../../machines/resident.js";
import { checkTold } from "../early-stopping.js";
import { loop, withKernels } from "../loop.js";
import type { Training } from "../report.js";
import { checkMonitor, rbmFigures } from "./figures.js";
import { startRbmLearner } from "./learner.js";
import { checkResume, completeOptions, type TrainOptions } from "./options.js";

/** As train (train.ts). */
export async function* trainRbm(rbm: Rbm, data: Dataset, options: TrainOptions): Training<Rbm> {
  const learning = completeOptions(rbm, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, rbm.visible);
  if (monitor > 0) checkMonitor(learning);
  checkTold(learning.stopWhen, rbmFigures({ heldOut, monitor }, learning));
  if (resume) checkResume(resume, rbm, data, learning);
  const startMonitor = monitor > 0 ? (await import("../monitor.js")).monitorRbm : undefined;
  yield* withKernels(options, (kernels) => {
    const watched = { heldOut, monitor, startMonitor };
    const learner = startRbmLearner(kernels, resume?.machine ?? rbm, data, learning, watched, resume?.state);
    return loop(learner, data, learning, options, resume);
  });
}
