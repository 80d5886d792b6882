/** Training a deep Boltzmann machine. */

import type { Dataset } from "../../data/dataset.js";
import { refuse } from "../../errors.js";
import type { Dbm } from "../../machines/dbm.js";
import { checkWidth } from "../../machines/resident.js";
import type { Checkpoint } from "../checkpoint.js";
import { checkTold, stoppingSaves } from "../early-stopping.js";
import { AS_BEGUN } from "../options.js";
import type { Training } from "../report.js";
import { checkStages, type Stage, trainInStages } from "../stages.js";
import { type DbmWatched, dbmFigures } from "./figures.js";
import { startDbmLearner } from "./learner.js";
import { type CompleteDbmOptions, completeDbmOptions, type DbmTrainOptions, dbmSaves } from "./options.js";
import { pretrainingStages } from "./pretraining.js";

export async function* trainDbm(dbm: Dbm, data: Dataset, options: DbmTrainOptions): Training<Dbm> {
  const learning = completeDbmOptions(dbm, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) checkWidth("train: held-out data", heldOut, dbm.layers[0]);
  checkTold(learning.stopWhen, dbmFigures({ heldOut, monitor }));
  if (resume) checkDbmResume(resume, dbm, data, learning);
  yield* trainInStages(dbmStages(dbm, data, learning, { heldOut, monitor }), dbm, options);
}

/** The stages of these options, for machines of this shape. */
export function dbmStages(
  shape: Dbm,
  data: Dataset,
  learning: CompleteDbmOptions,
  watched: DbmWatched = { heldOut: undefined, monitor: 0 },
): Stage<Dbm>[] {
  return [...pretrainingStages(shape, data, learning), jointStage(shape, data, learning, watched)];
}

function jointStage(shape: Dbm, data: Dataset, learning: CompleteDbmOptions, watched: DbmWatched): Stage<Dbm> {
  const weights = shape.weights.reduce((sum, { length }) => sum + length, 0);
  const { negative } = learning;
  const sweeps = negative.rule === "pcd" ? negative.k : negative.sweeps * negative.ladder.length;
  return {
    name: "all layers",
    learning,
    cases: data.cases,
    // a sweep is two products a bond, a pass of mean field hardly fewer; and two correlations
    work: weights * (4 + 2 * sweeps + learning.meanField.iterations),
    saves: { ...dbmSaves(learning, shape), ...(learning.stopWhen && stoppingSaves(shape)) },
    begin: async (kernels, dbm, saved) => ({
      learner: startDbmLearner(kernels, dbm, data, learning, watched, saved),
      data,
    }),
  };
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this machine, these data and these options. */
export function checkDbmResume(
  checkpoint: Checkpoint,
  dbm: Dbm,
  data: Dataset,
  learning: CompleteDbmOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Dbm> {
  const described = ({ layers }: Pick<Dbm, "layers">) => `a deep Boltzmann machine of ${layers.join("-")}`;
  const { machine } = checkpoint;
  const got = machine.kind === "dbm" ? described(machine) : `a ${machine.kind} machine`;
  if (got !== described(dbm)) throw refuse("shape", { who, got, expected: described(dbm), wayOut: AS_BEGUN });
  checkStages(checkpoint, dbmStages(dbm, data, learning), who);
}
