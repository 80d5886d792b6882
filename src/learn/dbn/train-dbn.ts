/** Training a deep belief network: its stages, layer after layer, then all together. */

import type { Dataset } from "../../data/dataset.js";
import { labelsOf } from "../../data/labels.js";
import { refuse } from "../../errors.js";
import { type Dbn, dbnText } from "../../machines/dbn.js";
import { checkVisible } from "../../machines/resident-dbn.js";
import type { Checkpoint } from "../checkpoint.js";
import { checkTold } from "../early-stopping.js";
import { AS_BEGUN } from "../options.js";
import { checkMonitor, rbmFigures } from "../rbm/figures.js";
import type { Training } from "../report.js";
import { checkStages, type Stage, trainInStages } from "../stages.js";
import { type DbnWatched, dbnFigures } from "./figures.js";
import { layerStage } from "./layer-stage.js";
import { type CompleteDbnOptions, completeDbnOptions, type DbnTrainOptions } from "./options.js";
import { upDownStage } from "./up-down-stage.js";

export async function* trainDbn(dbn: Dbn, data: Dataset, options: DbnTrainOptions): Training<Dbn> {
  const learning = completeDbnOptions(dbn, data, options);
  const { heldOut, resume, monitor = 0 } = options;
  if (heldOut) {
    checkVisible("train: held-out data", heldOut, dbn);
    if (dbn.classes > 0) labelsOf("train: held-out data", heldOut, dbn.classes);
  }
  if (monitor > 0) checkDbnMonitor(learning);
  learning.layers.forEach((layer, l) => {
    const classes = l === dbn.directed.length ? dbn.classes : 0;
    const told = [...rbmFigures({ heldOut, monitor: 0 }, layer), ...dbnFigures({ heldOut, monitor }, classes)];
    checkTold(layer.stopWhen, told);
  });
  if (resume) checkDbnResume(resume, dbn, data, learning);
  yield* trainInStages(dbnStages(dbn, data, learning, { heldOut, monitor }), dbn, options);
}

/** The stages of these options, for networks of this shape. */
export function dbnStages(
  shape: Dbn,
  data: Dataset,
  learning: CompleteDbnOptions,
  watched: DbnWatched = { heldOut: undefined, monitor: 0 },
): Stage<Dbn>[] {
  const layers = learning.layers.map((_, l) => layerStage(shape, l, data, learning, watched));
  return learning.upDown ? [...layers, upDownStage(shape, data, learning.upDown, watched)] : layers;
}

/** Throws "option" where cases have no likelihood. */
export function checkDbnMonitor({ layers: [first], upDown }: CompleteDbnOptions): void {
  for (const stage of [first, upDown]) if (stage) checkMonitor(stage);
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
  checkStages(checkpoint, dbnStages(dbn, data, learning), who);
}
