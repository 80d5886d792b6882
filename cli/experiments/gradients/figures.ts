/** The figures of the experiment: which pictures, of what, with which words. */

import { arrowPlane, type CurveLine, learningCurves, type Theme } from "../../figures/index.js";
import type { Picture } from "../findings.js";
import { type Loop, smallestArrows } from "./loop.js";
import { bound, ruleTexts } from "./rules.js";
import { type Expected, type RunResult, type Stretch, sweeps } from "./run.js";

export async function drawGradients(results: readonly RunResult[], loop: Loop, theme: Theme): Promise<Picture[]> {
  const estimated = results.filter(({ rule }) => rule !== "exact");
  const exact = results.find(({ rule }) => rule === "exact");
  return [
    await drawLikelihood(results, theme),
    ...(estimated.length > 0 ? [await drawAgreement(estimated, theme)] : []),
    ...(exact ? [await drawExpected(exact, theme)] : []),
    await drawPlane(loop, theme),
    await drawWork(loop, theme),
  ];
}

async function drawLikelihood(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const sentence =
    "Exact log-likelihoods of bars and stripes while five rules teach the same machine; 1,024 chains each.";
  const png = await learningCurves({
    title: "What each rule makes of the likelihood",
    caption: sentence,
    xName: "updates",
    theme,
    series: [
      {
        title: "Mean log P(v)",
        unit: "nats a draw, exact",
        lines: results.map(({ rule, curve }) => ({ name: ruleTexts[rule], points: curve })),
        references: [{ name: "bound", value: bound }],
      },
    ],
  });
  return { file: "likelihood.png", title: "Likelihood during training", sentence, png };
}

async function drawAgreement(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const lines = (value: (stretch: Stretch) => number): CurveLine[] =>
    results.map(({ rule, stretches }) => ({
      name: ruleTexts[rule],
      points: stretches.map((stretch) => [stretch.update, value(stretch)]),
    }));
  const sentence =
    "Each rule on its own way: the mean step of a stretch of updates against the mean exact gradient there.";
  const png = await learningCurves({
    title: "Does it go where the gradient points?",
    caption: sentence,
    xName: "updates",
    theme,
    series: [
      { title: "Cosine", unit: "of the angle; 1 is the gradient's direction", lines: lines(({ cosine }) => cosine) },
      { title: "Equal signs", unit: "share of the parameters", lines: lines(({ equalSigns }) => equalSigns) },
      {
        title: "Relative bias",
        unit: "‖step − gradient‖ / ‖gradient‖",
        lines: lines(({ relativeBias }) => relativeBias),
      },
      {
        title: "Gradient that is left",
        unit: "its length; 0 at a maximum",
        logY: true,
        lines: lines(({ gradient }) => gradient),
      },
    ],
  });
  return { file: "agreement.png", title: "Steps against the gradient", sentence, png };
}

async function drawExpected({ expected }: RunResult, theme: Theme): Promise<Picture> {
  const lines = (value: (one: Expected) => number): CurveLine[] =>
    sweeps.map((k) => ({
      name: `CD-${k}`,
      // the axis is logarithmic
      points: expected.filter((one) => one.k === k && one.update > 0).map((one) => [one.update, value(one)]),
    }));
  const sentence =
    "On the way of the exact gradient: the exact mean of a CD-k step, against the gradient at the same machine.";
  const png = await learningCurves({
    title: "The bias of CD-k grows with the weights",
    caption: sentence,
    xName: "updates",
    logX: true,
    theme,
    series: [
      { title: "Cosine", unit: "of the angle", lines: lines(({ cosine }) => cosine) },
      { title: "Equal signs", unit: "share of the parameters", lines: lines(({ equalSigns }) => equalSigns) },
      {
        title: "Relative bias",
        unit: "‖mean − gradient‖ / ‖gradient‖",
        lines: lines(({ relativeBias }) => relativeBias),
      },
    ],
  });
  return { file: "bias.png", title: "The bias of CD-k", sentence, png };
}

/** "−6e-16", "0.8515". */
export function workText(value: number): string {
  const text = Math.abs(value) < 1e-3 ? value.toExponential(0) : value.toFixed(4);
  return text.replace("-", "−");
}

async function drawPlane({ works, centre, axes, sides }: Loop, theme: Theme): Promise<Picture> {
  const [x, y] = axes.map((axis) => centre[axis] as number) as [number, number];
  const [width, height] = sides;
  const sentence =
    "One visible and one hidden unit: both fields point the same way everywhere, but only the gradient does no work round the rectangle.";
  const path = [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
    [-1, -1],
  ].map(([a = 0, b = 0]) => [x + (a * width) / 2, y + (b * height) / 2] as const);
  const png = await arrowPlane({
    title: "CD-1 is the gradient of no function",
    caption: sentence,
    xName: "W",
    yName: "b",
    path,
    theme,
    panels: works
      .filter(({ k }) => k === undefined || k === 1)
      .map(({ k, value }) => ({
        title: k === undefined ? "Gradient of log P" : `CD-${k}, its mean`,
        note: `round the rectangle: ${workText(value)}`,
        arrows: smallestArrows(k),
      })),
  });
  return { file: "field.png", title: "CD-1 as a field", sentence, png };
}

async function drawWork({ works }: Loop, theme: Theme): Promise<Picture> {
  const sentence =
    "The sum of the steps along the rectangle's sides. A gradient's is a difference of heights, and ends at 0.";
  const png = await learningCurves({
    title: "Round the rectangle",
    caption: sentence,
    xName: "way along the sides",
    theme,
    series: [
      {
        title: "Integral of the field along the way so far",
        unit: "one visible and one hidden unit; W from 0 to 4, b from −2 to 2",
        lines: works.map(({ k, along }) => ({ name: k === undefined ? "gradient" : `CD-${k}`, points: along })),
      },
    ],
  });
  return { file: "round.png", title: "Work round a closed path", sentence, png };
}
