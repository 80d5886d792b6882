/** The receptive fields of a classifier of digits: its first layer, the largest weights first. */

import type { Classifier } from "../../../src/index.js";
import { filterGrid, unitsByNorm } from "../../figures/index.js";
import type { Drawn } from "../../run-figures.js";

const most = 100;

export async function drawFirstLayer({ layers, weights }: Classifier): Promise<Drawn> {
  const [visible, hidden] = layers as [number, number];
  const all = weights[0] as Float32Array;
  const chosen = unitsByNorm({ weights: all, visible, hidden }).slice(0, most);
  const n = chosen.length;
  const fields = Float32Array.from(
    { length: visible * n },
    (_, at) => all[Math.floor(at / n) * hidden + (chosen[at % n] as number)] as number,
  );
  const title = "Receptive fields of the first layer";
  const png = await filterGrid({
    weights: fields,
    visible,
    hidden: n,
    imageShape: [28, 28],
    order: "index",
    title,
    caption: `${n} of ${hidden} units, the largest weights first.`,
  });
  const sentence = "What hidden units look for: orange where they want pixels on, blue where off.";
  return { file: "filters.png", title, sentence, png };
}
