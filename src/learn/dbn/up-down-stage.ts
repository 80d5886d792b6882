/** Up-down as a stage of training, on the data themselves. */

import type { Dataset } from "../../data/dataset.js";
import type { Dbn } from "../../machines/dbn.js";
import { residentDbn } from "../../machines/resident-dbn.js";
import type { SavedShapes } from "../checkpoint.js";
import { COUNTER_SHAPE } from "../counter.js";
import { bondShapes } from "../rbm/saved-bond.js";
import type { Stage } from "../stages.js";
import type { DbnWatched } from "./figures.js";
import { hasMomentum, startUpDown } from "./up-down.js";
import type { CompleteUpDown } from "./up-down-options.js";
import { averageCounter, averageOf, chains, stepOf, taughtBonds } from "./up-down-saved.js";

export function upDownStage(
  { directed, top }: Dbn,
  data: Dataset,
  learning: CompleteUpDown,
  watched: DbnWatched,
): Stage<Dbn> {
  const sizes = directed.map(({ lower, upper }) => ({ visible: lower, hidden: upper }));
  const taught = taughtBonds(
    sizes.map((size) => ({ generative: size, recognition: size })),
    { visible: top.visible, hidden: top.hidden },
  );
  const shapes = (nameOf: (name: string) => string): SavedShapes =>
    Object.assign({}, ...taught.map(([name, { visible, hidden }]) => bondShapes(nameOf(name), visible, hidden)));
  // four conditionals and four correlations for each bond; three and two a sweep for the top
  const below = sizes.reduce((sum, { visible, hidden }) => sum + 8 * visible * hidden, 0);
  return {
    name: "up-down",
    learning,
    cases: data.cases,
    work: below + top.visible * top.hidden * 13,
    saves: {
      ...(learning.dreams === "persistent" && { [chains]: [learning.batchSize, top.hidden] }),
      ...(hasMomentum(learning) && shapes(stepOf)),
      ...(learning.average && { ...shapes(averageOf), [averageCounter]: COUNTER_SHAPE }),
    },
    async begin(kernels, dbn, saved) {
      return { learner: startUpDown(residentDbn(kernels, dbn), data, learning, watched, saved), data };
    },
  };
}
