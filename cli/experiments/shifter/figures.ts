/** The figures of the shifter: which pictures, of what, with which words. */

import { type CurveLine, hintonDiagram, learningCurves, type Theme } from "../../figures/index.js";
import type { Picture } from "../findings.js";
import { type ByActivity, slower } from "./recognition.js";
import { shape } from "./rules.js";
import type { RunResult } from "./run.js";

export async function drawShifter(results: readonly RunResult[], theme: Theme): Promise<Picture[]> {
  return [await drawRecognition(results, theme), await drawWeights(results, theme)];
}

async function drawRecognition(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const [first] = results as [RunResult];
  const line = (name: string, value: (one: ByActivity) => number): CurveLine => ({
    name,
    // with no bit on, or all, nothing was shifted
    points: first.byActivity.slice(1, -1).map(({ on }) => {
      const sum = results.reduce((total, { byActivity }) => total + value(byActivity[on] as ByActivity), 0);
      return [on, (100 * sum) / results.length];
    }),
  });
  const sentence = "How often the shift is recognised from V1 and V2, by how many of the eight bits of V1 are on.";
  const png = await learningCurves({
    title: "Which way was it shifted?",
    caption: sentence,
    xName: "bits of V1 that are on",
    theme,
    series: [
      {
        title: "Recognition",
        unit: `% right, mean of ${results.length} ${results.length === 1 ? "machine" : "machines"}`,
        lines: [
          line("annealed", ({ annealed }) => annealed),
          line(`${slower} times as long`, ({ slowly }) => slowly),
          line("P exactly", ({ exact }) => exact),
          line("at best", ({ best }) => best),
        ],
        references: [
          { name: "1986: least", value: 50 },
          { name: "1986: most", value: 89 },
        ],
      },
    ],
  });
  return { file: "recognition.png", title: "Recognition of the shift", sentence, png };
}

async function drawWeights(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const { machine, run } = results[0] as RunResult;
  const { bits, visible, hidden } = shape;
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const across = 6;
  const sentence =
    "One panel a hidden unit: above its bias and its weights to V3 (left, none, right), then V1, then V2. Orange excites, blue inhibits.";
  const png = await hintonDiagram({
    title: `The weights of run ${run + 1}`,
    caption: sentence,
    ...machine,
    panels: range(0, hidden / across).map((row) => ({ units: range(visible + row * across, across) })),
    cells: [["bias", ...range(2 * bits, 3)], range(0, bits), range(bits, bits)],
    theme,
  });
  return { file: "weights.png", title: "What the hidden units look for", sentence, png };
}
