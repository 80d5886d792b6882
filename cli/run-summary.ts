/** What a finished run tells: its facts, and commands to go on with. */

import type { Dataset, NegativeConfig } from "../src/index.js";
import type { DataConfig, EpochMetrics, Run } from "../src/node/index.js";
import { plural } from "./output.js";
import { clock } from "./progress.js";
import { quote } from "./quote.js";

/** [label, value] rows; `last` is the record of the last epoch. */
export function summaryOf(
  run: Run,
  data: Dataset,
  heldOut: Dataset | undefined,
  sha256: string,
  last: EpochMetrics | undefined,
): [string, string][] {
  const { learning, model } = run.config;
  const { epochs, batchSize, seed, negative } = learning;
  const rows: [string, string][] = [
    ["run", run.folder],
    ["machine", `RBM, ${data.units} visible × ${model.hidden} hidden units`],
    ["training data", `${data.name}, ${plural(data.cases, "case")}`],
  ];
  if (heldOut) rows.push(["held-out data", `${heldOut.name}, ${plural(heldOut.cases, "case")}`]);
  rows.push(["rule", `${ruleName(negative)}, ${plural(epochs, "epoch")} of batches of ${batchSize}, seed ${seed}`]);
  if (last) {
    const { seconds, imagesPerSecond, reconstructionError, heldOutReconstructionError: unseen } = last;
    rows.push(["time", `${clock(seconds)} (${plural(imagesPerSecond, "image")}/s)`]);
    const proxy = "per unit (a proxy, not the likelihood)";
    if (reconstructionError !== undefined)
      rows.push(["reconstruction error", `${reconstructionError.toFixed(4)} ${proxy}`]);
    if (unseen !== undefined) rows.push(["  on held-out data", `${unseen.toFixed(4)} per unit`]);
  }
  rows.push(["parameters' SHA-256", sha256]);
  return rows;
}

/** The negative phase in few words. */
function ruleName(negative: NegativeConfig): string {
  switch (negative.rule) {
    case "cd":
      return `CD-${negative.k}`;
    case "pcd":
      return `PCD-${negative.k}, ${plural(negative.chains, "chain")}`;
    case "tempered":
      return `parallel tempering, ${negative.ladder.length} temperatures × ${plural(negative.chains, "chain")}`;
    case "ptt":
      return `trajectory tempering, ${plural(negative.chains, "chain")} and ${negative.reservoir} samples`;
  }
}

/** Commands to try next, in backticks. */
export function nextSteps({ folder, config }: Run, data: Dataset): string[] {
  const model = quote(folder);
  const source = dataOptions(config.heldOut ?? config.data);
  const ending = data.imageShape ? "png" : "npy";
  const steps = [
    `\`npx harmonium sample ${model} --chains 64 --sweeps 1000 --out dreams.${ending}\``,
    `\`npx harmonium reconstruct ${model} ${source} --limit 40 --out reconstructions.${ending}\``,
    `\`npx harmonium evaluate ${model} ${source}\``,
  ];
  if (data.name.startsWith("mnist:")) {
    steps.push("`npx harmonium train rbm --data mnist:train --hidden 500` (all ten digits)");
  }
  return steps;
}

/** The options that load these data again, all of their cases and classes. */
function dataOptions({ spec, labels, array, scale, binarize, imageShape }: DataConfig): string {
  // [28, 28] → 28x28
  const given = { data: spec, labels, array, scale, binarize, "image-shape": imageShape?.toString().replace(",", "x") };
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${quote(String(value))}`)
    .join(" ");
}
