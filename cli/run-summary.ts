/** What a finished run tells: its facts, and the options of its data for commands to go on with. */

import type { DataConfig, EpochMetrics, Run } from "../src/node/index.js";
import type { Lesson } from "./lessons/lesson.js";
import { plural } from "./output.js";
import { clock } from "./progress.js";
import { quote } from "./quote.js";

/** [label, value] rows; `last` is the record of the last epoch. */
export function summaryOf(
  { folder, config }: Run,
  { data, heldOut, machine, facts, rule, results }: Lesson,
  sha256: string,
  last: EpochMetrics | undefined,
): (readonly [string, string])[] {
  const { epochs, batchSize, seed } = config.learning;
  const rows: (readonly [string, string])[] = [
    ["run", folder],
    ["machine", machine],
    ["training data", `${data.name}, ${plural(data.cases, "case")}`],
  ];
  if (heldOut) rows.push(["held-out data", `${heldOut.name}, ${plural(heldOut.cases, "case")}`]);
  rows.push(...facts);
  rows.push(["rule", `${rule}, ${plural(epochs, "epoch")} of batches of ${batchSize}, seed ${seed}`]);
  if (last?.stoppedEarly) {
    rows.push(["stopped early", `after epoch ${last.epoch}; the model is that of epoch ${last.bestEpoch}`]);
  }
  if (last) {
    const { seconds, imagesPerSecond } = last;
    rows.push(["time", `${clock(seconds)} (${plural(imagesPerSecond, "image")}/s)`], ...results(last));
  }
  rows.push(["parameters' SHA-256", sha256]);
  return rows;
}

/** The options that load these data again, all of their cases and classes. */
export function dataOptions({ spec, labels, array, scale, binarize, imageShape }: DataConfig): string {
  // [28, 28] → 28x28
  const given = { data: spec, labels, array, scale, binarize, "image-shape": imageShape?.toString().replace(",", "x") };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${quote(String(value))}`)
    .join(" ");
}
