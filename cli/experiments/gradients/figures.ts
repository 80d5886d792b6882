/** The figures of the experiment: which pictures, of what, with which words. A rule has one colour in all of them. */

import { arrowPlane, type CurveLine, klCurves, learningCurves, type Theme } from "../../figures/index.js";
import type { Picture } from "../findings.js";
import { type Loop, smallestArrows } from "./loop.js";
import { bound, type RuleName, ruleTexts } from "./rules.js";
import { type Expected, type RunResult, type Stretch, sweeps } from "./run.js";

export async function drawGradients(results: readonly RunResult[], loop: Loop, theme: Theme): Promise<Picture[]> {
  const estimated = results.filter(({ rule }) => rule !== "exact");
  const exact = results.find(({ rule }) => rule === "exact");
  return [
    await drawLikelihood(results, theme),
    await drawDistance(results, theme),
    ...(estimated.length > 0 ? [await drawAgreement(estimated, theme)] : []),
    ...(exact ? [await drawExpected(exact, theme)] : []),
    await drawPlane(loop, theme),
    await drawWork(loop, theme),
  ];
}

/** Without grey, which is the references'. */
const inks: Readonly<Record<RuleName, number>> = { exact: 0, "cd-1": 1, "cd-10": 3, pcd: 4, pt: 5, ptt: 6 };

const lineOf = (rule: RuleName, points: CurveLine["points"]): CurveLine => ({
  name: ruleTexts[rule],
  points,
  ink: inks[rule],
});

async function drawLikelihood(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const sentence = "The exact log-likelihood of bars and stripes, while each rule teaches the same machine.";
  const png = await learningCurves({
    title: "What each rule makes of the likelihood",
    caption: sentence,
    xName: "updates",
    theme,
    series: [
      {
        title: "Mean log P(v)",
        unit: "nats a draw, exact",
        lines: results.map(({ rule, curve }) => lineOf(rule, curve)),
        references: [{ name: "bound", value: bound }],
      },
    ],
  });
  return { file: "likelihood.png", title: "Likelihood during training", sentence, png };
}

async function drawDistance(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const sentence = "The same as distances from the bound, on a logarithmic axis. CD comes near, and goes away again.";
  const png = await klCurves({
    title: "How far from the bound",
    caption: sentence,
    theme,
    logY: true,
    curves: results.map(({ rule, curve }) =>
      lineOf(
        rule,
        curve.map(([update, logLikelihood]) => [update, bound - logLikelihood]),
      ),
    ),
  });
  return { file: "distance.png", title: "Distance from the bound", sentence, png };
}

async function drawAgreement(results: readonly RunResult[], theme: Theme): Promise<Picture> {
  const lines = (value: (stretch: Stretch) => number): CurveLine[] =>
    results.map(({ rule, stretches }) =>
      lineOf(
        rule,
        stretches.map((stretch) => [stretch.update, value(stretch)]),
      ),
    );
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
        unit: "|step − gradient| / |gradient|",
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
      points: expected.filter((one) => one.k === k).map((one) => [one.largestWeight, value(one)]),
    }));
  const sentence =
    "On the way of the exact gradient: the exact mean of a CD-k step, against the gradient at the same machine.";
  const png = await learningCurves({
    title: "The bias of CD-k grows with the weights",
    caption: sentence,
    xName: "largest weight",
    theme,
    series: [
      { title: "Cosine", unit: "of the angle", lines: lines(({ cosine }) => cosine) },
      { title: "Equal signs", unit: "share of the parameters", lines: lines(({ equalSigns }) => equalSigns) },
      {
        title: "Relative bias",
        unit: "|mean − gradient| / |gradient|",
        lines: lines(({ relativeBias }) => relativeBias),
      },
    ],
  });
  return { file: "bias.png", title: "The bias of CD-k", sentence, png };
}

/** "−6e-16", "0.8515". */
export function workText(value: number): string {
  const text = Math.abs(value) < 1e-3 ? value.toExponential(0) : value.toFixed(4);
  return text.replaceAll("-", "−");
}

async function drawPlane({ works, centre, axes, sides }: Loop, theme: Theme): Promise<Picture> {
  const [x, y] = axes.map((axis) => centre[axis] as number) as [number, number];
  const [width, height] = sides;
  const sentence =
    "One visible and one hidden unit: both fields point the same way everywhere, but only the gradient does no work round the rectangle. Arrows by the root of their size.";
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
