/** Training a deep belief network: its stages, layer after layer, then all together. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import { type Dbn, dbnText } from "../../machines/dbn.js";
import { checkVisible } from "../../machines/resident-dbn.js";
import type { Checkpoint } from "../checkpoint.js";
import { checkTold } from "../early-stopping.js";
import { AS_BEGUN } from "../options.js";
import { rbmFigures } from "../rbm/figures.js";
import type { Training } from "../report.js";
import { checkStages, type Stage, trainInStages } from "../stages.js";
import { layerStage } from "./layer-stage.js";
import { type CompleteDbnOptions, completeDbnOptions, type DbnTrainOptions } from "./options.js";
import { upDownStage } from "./up-down-stage.js";

export async function* trainDbn(dbn: Dbn, data: Dataset, options: DbnTrainOptions): Training<Dbn> {
  const learning = completeDbnOptions(dbn, data, options);
  const { heldOut, resume } = options;
  if (heldOut) {
    checkVisible("train: held-out data", heldOut, dbn);
    if (dbn.classes > 0) labelsOf("train: held-out data", heldOut, dbn.classes);
  }
  for (const layer of learning.layers) checkTold(layer.stopWhen, rbmFigures({ heldOut, monitor: 0 }, layer));
  if (resume) checkDbnResume(resume, dbn, data, learning);
  yield* trainInStages(dbnStages(dbn, data, heldOut, learning), dbn, options);
}

/** The stages of these options, for networks of this shape. */
export function dbnStages(
  shape: Dbn,
  data: Dataset,
  heldOut: Dataset | undefined,
  learning: CompleteDbnOptions,
): Stage<Dbn>[] {
  const layers = learning.layers.map((_, l) => layerStage(shape, l, data, heldOut, learning));
  return learning.upDown ? [...layers, upDownStage(shape, data, learning.upDown)] : layers;
}

/** Throws "shape" or "option" unless the checkpoint can be one of a run with this network, these data and these options. */
export function checkDbnResume(
  checkpoint: Checkpoint,
  dbn: Dbn,
  data: Dataset,
  learning: CompleteDbnOptions,
  who = "checkpoint",
): asserts checkpoint is Checkpoint<Dbn> {
  const { machine } = checkpoint;
  const expected = `a deep belief network of ${dbnText(dbn)}`;
  const got = machine.kind === "dbn" ? `a deep belief network of ${dbnText(machine)}` : `a ${machine.kind} machine`;
  if (got !== expected) throw refuse("shape", { who, got, expected, wayOut: AS_BEGUN });
  checkStages(checkpoint, dbnStages(dbn, data, undefined, learning), who);
}
