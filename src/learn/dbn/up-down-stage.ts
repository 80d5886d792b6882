/** Up-down as a stage of training, on the data themselves. */

import type { Dataset } from "../../data/dataset.js";
import type { Dbn } from "../../machines/dbn.js";
import { residentDbn } from "../../machines/resident-dbn.js";
import type { SavedShapes } from "../checkpoint.js";
import { bondShapes } from "../rbm/saved-bond.js";
import type { Stage } from "../stages.js";
import { hasMomentum, movedBonds, startUpDown } from "./up-down.js";
import type { CompleteUpDown } from "./up-down-options.js";

export function upDownStage({ directed, top }: Dbn, data: Dataset, learning: CompleteUpDown): Stage<Dbn> {
  const sizes = directed.map(({ lower, upper }) => ({ visible: lower, hidden: upper }));
  const moved = movedBonds(
    sizes.map((size) => ({ generative: size, recognition: size })),
    { visible: top.visible, hidden: top.hidden },
  );
  const shapes = moved.map(([name, { visible, hidden }]) => bondShapes(name, visible, hidden));
  // four conditionals and four correlations for each bond; three and two a sweep for the top
  const below = sizes.reduce((sum, { visible, hidden }) => sum + 8 * visible * hidden, 0);
  return {
    name: "up-down",
    learning,
    cases: data.cases,
    work: below + top.visible * top.hidden * 13,
    saves: hasMomentum(learning) ? (Object.assign({}, ...shapes) as SavedShapes) : {},
    async begin(kernels, dbn, saved) {
      return { learner: startUpDown(residentDbn(kernels, dbn), learning, saved), data };
    },
  };
}
