/** Training to the end, and in two parts. */

import type { Dataset } from "#src/data/dataset.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import type { Rbm } from "#src/machines/rbm.js";

export async function reportsOf(initial: Rbm, data: Dataset, options: TrainOptions): Promise<TrainingReport<Rbm>[]> {
  const reports: TrainingReport<Rbm>[] = [];
  for await (const next of train(initial, data, options)) reports.push(next);
  return reports;
}

export async function last(initial: Rbm, data: Dataset, options: TrainOptions): Promise<TrainingReport<Rbm>> {
  return (await reportsOf(initial, data, options)).at(-1) as TrainingReport<Rbm>;
}

/** The last report of a run that was stopped after an update, and went on from its checkpoint's file. */
export async function inTwoParts(
  initial: Rbm,
  data: Dataset,
  options: TrainOptions,
  stopAt: number,
): Promise<TrainingReport<Rbm>> {
  const controller = new AbortController();
  let checkpoint: Checkpoint | undefined;
  for await (const report of train(initial, data, { ...options, signal: controller.signal, reportEvery: 0 })) {
    if (report.update !== stopAt) continue;
    controller.abort();
    checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
  }
  return last(initial, data, { ...options, resume: checkpoint as Checkpoint<Rbm> });
}
