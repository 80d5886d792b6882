/** The lesson of a run, by its kind. */

import { type Dataset, refuse } from "../../src/index.js";
import { loadConfigured, type RunConfig } from "../../src/node/index.js";
import { plural } from "../output.js";
import { boltzmannLesson } from "./boltzmann.js";
import { classificationRbmLesson } from "./classification-rbm.js";
import { classifierLesson } from "./classifier.js";
import { dbmLesson } from "./dbm.js";
import { dbnLesson } from "./dbn.js";
import type { Lesson } from "./lesson.js";
import { rbmLesson } from "./rbm.js";

export type { Lesson } from "./lesson.js";

const kinds: {
  readonly [Kind in RunConfig["kind"]]: (
    config: Extract<RunConfig, { kind: Kind }>,
    data: Dataset,
    heldOut: Dataset | undefined,
  ) => Lesson | Promise<Lesson>;
} = {
  rbm: rbmLesson,
  boltzmann: boltzmannLesson,
  dbn: dbnLesson,
  dbm: dbmLesson,
  classifier: classifierLesson,
  "classification-rbm": classificationRbmLesson,
};

/**
 * Loads what the configuration names and makes the initial machine; throws before anything is written.
 *
 * @param data the configuration's data, where they are loaded already
 */
export async function loadLesson(config: RunConfig, data?: Dataset): Promise<Lesson> {
  const cases = data ?? (await loadConfigured(config.data));
  const heldOut = config.heldOut && (await loadConfigured(config.heldOut));
  if (heldOut) demandSameUnits(cases, heldOut);
  // each kind has the configuration that its lessons take
  return kinds[config.kind](config as never, cases, heldOut);
}

function demandSameUnits({ units, name }: Dataset, heldOut: Dataset): void {
  if (heldOut.units === units) return;
  const got = `${heldOut.name} with ${plural(heldOut.units, "unit")} a case`;
  const wayOut = "Name data of the same kind, or none.";
  throw refuse("shape", { who: "--held-out", got, expected: `${units}, as in ${name}`, wayOut });
}
