/** The progress line: a pure function of reports. Who prints it decides where and how often. */

import { styleText } from "node:util";
import type { Range, Stage, TrainingReport } from "../src/index.js";

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const heights = "▁▂▃▄▅▆▇█";

/** `██████▌░░░` of `width` characters. */
export function bar(fraction: number, width: number): string {
  const filled = Math.min(Math.max(fraction, 0), 1) * width;
  const full = Math.floor(filled);
  const part = full < width ? (eighths[Math.floor((filled - full) * 8)] as string) : "";
  return `${"█".repeat(full)}${part}`.padEnd(width, "░");
}

/** The values as bars from the smallest to the largest, the last `width` of them. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  return shown
    .map((value) => heights[high > low ? Math.round(((value - low) / (high - low)) * (heights.length - 1)) : 0])
    .join("");
}

/** 0:07, 12:34, 1:02:03. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–:––";
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const thousands = (n: number): string => Math.round(n).toLocaleString("en");

/** Characters of a bar or a sparkline that is still worth drawing, and of both with the space around them. */
const narrowest = 6;
const roomForBoth = 2 * (narrowest + 2);

/** What a progress line tells: parts from the left, of which the second says the share as a percentage. */
export interface ProgressParts {
  readonly parts: readonly string[];
  /** Done, from 0 to 1. */
  readonly share: number;
  /** A measure so far, for the sparkline. */
  readonly values: readonly number[];
}

export const percent = (share: number): string => `${Math.floor(100 * share)} %`;

/** One line of at most `width` characters; where it is narrow the sparkline and the bar go first, then parts from the right. */
export function fittedLine(told: ProgressParts, width: number, colour: boolean): string {
  const parts = [...told.parts];
  const shown = parts[1] as string;
  const whole = parts.length;
  while (parts.length > 1 && parts.join("  ").length > width) parts.pop();
  const isWhole = parts.length === whole;
  const room = () => width - parts.join("  ").length;
  // the bar tells the percentage too
  if (isWhole && room() < roomForBoth && room() + shown.length + 2 >= roomForBoth) parts.splice(1, 1);
  const free = room();
  const sparkWidth = isWhole && free >= roomForBoth ? Math.min(16, Math.floor((free - 4) / 2)) : 0;
  const barWidth = Math.min(24, free - 2 - (sparkWidth && sparkWidth + 2));
  const paint = (style: "cyan" | "yellow", text: string) =>
    colour && text !== "" ? styleText(style, text, { validateStream: false }) : text;
  if (barWidth >= narrowest) parts.splice(1, 0, paint("cyan", bar(told.share, barWidth)));
  if (sparkWidth > 0 && told.values.length > 0) parts.push(paint("yellow", sparkline(told.values, sparkWidth)));
  // a part alone may still be too long
  return parts.length === 1 ? (parts[0] as string).slice(0, Math.max(width, 0)) : parts.join("  ");
}

/** What tells how well it goes, the first that is told. */
const measures = [
  ["logLikelihood", "log-lik."],
  ["reconstructionError", "recon. error"],
  ["crossEntropy", "cross entropy"],
] as const;

function measureOf(report: TrainingReport): number | undefined {
  return measures.map(([measure]) => report[measure]).find((value) => value !== undefined);
}

/** `epoch  3/20`, or of a stage `layer 2, epoch  3/10`. */
function epochText({ stage, ...whole }: TrainingReport): string {
  const { epoch, epochs } = stage ?? whole;
  return `${stage ? `${stage.name}, ` : ""}epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`;
}

/** The line of a training; `history` are the log-likelihoods, or the reconstruction errors, of the epochs so far. */
export function progressLine(
  report: TrainingReport,
  history: readonly number[],
  width: number,
  colour: boolean,
): string {
  const { update, updates, casesPerSecond, secondsLeft } = report;
  const measure = measureOf(report);
  const likelihood = report.likelihoodIsBound ? "bound" : "log-lik.";
  const told = measures.find(([which]) => report[which] !== undefined);
  const name = told?.[0] === "logLikelihood" ? likelihood : told?.[1];
  const how = report.logLikelihoodMethod === "estimated" ? " estimated" : "";
  const { heldOutErrorRate } = report;
  const share = update / updates;
  const parts = [
    epochText(report),
    percent(share).padStart(5),
    `${thousands(casesPerSecond)} images/s`,
    report.done ? `in ${clock(report.seconds)}` : `eta ${clock(secondsLeft)}`,
    ...(measure === undefined ? [] : [`${name} ${measure.toFixed(how ? 2 : 4)}${how}`]),
    ...(heldOutErrorRate === undefined ? [] : [`held-out error ${(100 * heldOutErrorRate).toFixed(2)} %`]),
  ];
  return fittedLine({ parts, share, values: history }, width, colour);
}

/** The line for logs: no escapes, no bar. */
export function plainLine(report: TrainingReport): string {
  const { casesPerSecond, secondsLeft, stage } = report;
  const { epoch, epochs } = stage ?? report;
  const measures = [
    measureText("reconstruction error", report.reconstructionError, report.heldOutReconstructionError),
    likelihoodText(report),
    measureText("cross entropy", report.crossEntropy, report.heldOutCrossEntropy),
    report.heldOutErrorRate === undefined ? "" : `held-out error ${(100 * report.heldOutErrorRate).toFixed(2)} %, `,
  ];
  const left = report.done ? "" : `, ${clock(secondsLeft)} left`;
  return `${stage ? `${stage.name}, ` : ""}epoch ${epoch}/${epochs}: ${measures.join("")}${thousands(casesPerSecond)} images/s${left}`;
}

function measureText(name: string, training: number | undefined, heldOut: number | undefined): string {
  if (training === undefined) return "";
  return `${name} ${training.toFixed(4)}, ${heldOut === undefined ? "" : `held-out ${heldOut.toFixed(4)}, `}`;
}

/** Where it is estimated from both sides, with what lies between them. */
function likelihoodText(report: TrainingReport): string {
  const { logLikelihood: training, heldOutLogLikelihood: heldOut } = report;
  const { logLikelihoodRange: range, heldOutLogLikelihoodRange: heldOutRange } = report;
  const name = report.likelihoodIsBound ? "bound on the log-likelihood" : "log-likelihood";
  if (training === undefined || !range) return measureText(name, training, heldOut);
  const between = (value: number, { lower, upper }: Range) =>
    `${value.toFixed(2)} (${lower.toFixed(2)} to ${upper.toFixed(2)})`;
  const seen = `estimated ${name} ${between(training, range)}, `;
  return heldOut === undefined || !heldOutRange ? seen : `${seen}held-out ${between(heldOut, heldOutRange)}, `;
}

/** A moment to show: the line for a terminal, and the line for logs. */
export interface Shown {
  readonly line: (width: number, colour: boolean) => string;
  readonly plain: () => string;
  /** Whether it is worth a line of a log: "perhaps" if the last is two seconds old, "yes" whenever that was. */
  readonly logged: "no" | "perhaps" | "yes";
}

/** Draws on `stream`: one living line on a terminal; elsewhere, and where `plain` asks for it, plain lines. */
export function livingLine(stream: NodeJS.WriteStream, { plain = false } = {}) {
  const { TERM, NO_COLOR } = process.env;
  const living = stream.isTTY === true && TERM !== "dumb" && !plain;
  const colour = living && stream.hasColors?.() === true && !NO_COLOR;
  let lastPlain = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(shown: Shown): void {
      if (living) {
        // a terminal that does not tell its width says 0
        stream.write(`\r\x1b[2K${shown.line((stream.columns || 80) - 1, colour)}`);
        drawn = true;
        return;
      }
      const now = performance.now();
      if (shown.logged === "yes" || (shown.logged === "perhaps" && now - lastPlain >= 2000)) {
        stream.write(`${shown.plain()}\n`);
        lastPlain = now;
      }
    },
    /** Leaves the living line where it is and goes to the next one. */
    end(): void {
      if (drawn) stream.write("\n");
      drawn = false;
    },
  };
}

type Told = Pick<TrainingReport, "logLikelihood" | "logLikelihoodMethod" | "likelihoodIsBound" | "heldOutErrorRate">;

/** Draws the reports of a training; in logs a line an epoch, at most every two seconds. */
export function progressView(stream: NodeJS.WriteStream, options: { readonly plain?: boolean } = {}) {
  const view = livingLine(stream, options);
  let history: number[] = [];
  let told: Told = {};
  let stage: string | undefined;
  return {
    show(report: TrainingReport): void {
      // figures of two layers cannot be compared
      if (report.stage?.name !== stage) [history, told] = [[], {}];
      stage = report.stage?.name;
      const measure = measureOf(report);
      if (report.kind === "epoch" && measure !== undefined) history.push(measure);
      const { logLikelihood, logLikelihoodMethod, likelihoodIsBound } = report;
      if (logLikelihood !== undefined) {
        const { heldOutErrorRate } = told;
        told = {
          ...(heldOutErrorRate !== undefined && { heldOutErrorRate }),
          logLikelihood,
          ...(logLikelihoodMethod && { logLikelihoodMethod }),
          ...(likelihoodIsBound && { likelihoodIsBound }),
        };
      }
      const last = report.done || report.kind === "stopped";
      if (report.heldOutErrorRate !== undefined) told = { ...told, heldOutErrorRate: report.heldOutErrorRate };
      // the last ones stay until there are others
      const shown = { ...report, ...told };
      view.show({
        line: (width, colour) => progressLine(shown, history, width, colour),
        plain: () => plainLine(report),
        logged: last ? "yes" : report.kind === "epoch" ? "perhaps" : "no",
      });
    },
    end: view.end,
  };
}

const stageNames: Readonly<Record<Stage["stage"], string>> = {
  schedule: "finding temperatures",
  forward: "forward chains",
  settling: "settling chains",
  reverse: "reverse chains",
  cases: "cases",
  chains: "chains",
  tempering: "tempered chains",
};

/** `log Z: forward chains  45 %  ██████▌░░░`, at most `width` characters. */
export function stageLine(what: string, { stage, done, of }: Stage, width: number, colour: boolean): string {
  const fraction = of > 0 ? done / of : 0;
  const text = `${what}: ${stageNames[stage]}  ${Math.floor(100 * fraction)} %`;
  const barWidth = Math.min(24, width - text.length - 2);
  if (barWidth < narrowest) return text.slice(0, Math.max(width, 0));
  const drawn = bar(fraction, barWidth);
  return `${text}  ${colour ? styleText("cyan", drawn, { validateStream: false }) : drawn}`;
}

/** Draws the stages of an evaluation; in logs a line every two seconds at most. */
export function stageView(stream: NodeJS.WriteStream, what: string) {
  const view = livingLine(stream);
  return {
    show(stage: Stage): void {
      const { done, of } = stage;
      view.show({
        line: (width, colour) => stageLine(what, stage, width, colour),
        plain: () => `${what}: ${stageNames[stage.stage]} ${Math.floor((100 * done) / Math.max(of, 1))} %`,
        logged: "perhaps",
      });
    },
    end: view.end,
  };
}
