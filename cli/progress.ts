/** The progress line: a pure function of reports. Who prints it decides where and how often. */

import { styleText } from "node:util";
import type { TrainingReport } from "../src/index.js";

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

/** What tells how well it goes: the log-likelihood where it is told, else the reconstruction error where there is one. */
function measureOf({ logLikelihood, reconstructionError }: TrainingReport): number | undefined {
  return logLikelihood ?? reconstructionError;
}

/**
 * One line of at most `width` characters; where it is narrow the sparkline and the bar go first, then parts from the right.
 * `history` are the log-likelihoods, or the reconstruction errors, of the epochs so far.
 */
export function progressLine(
  report: TrainingReport,
  history: readonly number[],
  width: number,
  colour: boolean,
): string {
  const { epoch, epochs, update, updates, casesPerSecond, secondsLeft } = report;
  const measure = measureOf(report);
  const name = report.logLikelihood === undefined ? "recon. error" : "log-lik.";
  const percent = `${Math.floor((100 * update) / updates)} %`.padStart(5);
  const parts = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    percent,
    `${thousands(casesPerSecond)} images/s`,
    update < updates ? `eta ${clock(secondsLeft)}` : `in ${clock(report.seconds)}`,
    ...(measure === undefined ? [] : [`${name} ${measure.toFixed(4)}`]),
  ];
  const whole = parts.length;
  while (parts.length > 1 && parts.join("  ").length > width) parts.pop();
  const isWhole = parts.length === whole;
  const room = () => width - parts.join("  ").length;
  // the bar tells the percentage too
  if (isWhole && room() < roomForBoth && room() + percent.length + 2 >= roomForBoth) parts.splice(1, 1);
  const free = room();
  const sparkWidth = isWhole && free >= roomForBoth ? Math.min(16, Math.floor((free - 4) / 2)) : 0;
  const barWidth = Math.min(24, free - 2 - (sparkWidth && sparkWidth + 2));
  const paint = (style: "cyan" | "yellow", text: string) =>
    colour && text !== "" ? styleText(style, text, { validateStream: false }) : text;
  if (barWidth >= narrowest) parts.splice(1, 0, paint("cyan", bar(update / updates, barWidth)));
  if (sparkWidth > 0 && history.length > 0) parts.push(paint("yellow", sparkline(history, sparkWidth)));
  // a part alone may still be too long
  return parts.length === 1 ? (parts[0] as string).slice(0, Math.max(width, 0)) : parts.join("  ");
}

/** The line for logs: no escapes, no bar. */
export function plainLine(report: TrainingReport): string {
  const { epoch, epochs, casesPerSecond, secondsLeft } = report;
  const measures = [
    measureText("reconstruction error", report.reconstructionError, report.heldOutReconstructionError),
    measureText("log-likelihood", report.logLikelihood, report.heldOutLogLikelihood),
  ];
  const left = report.update < report.updates ? `, ${clock(secondsLeft)} left` : "";
  return `epoch ${epoch}/${epochs}: ${measures.join("")}${thousands(casesPerSecond)} images/s${left}`;
}

function measureText(name: string, training: number | undefined, heldOut: number | undefined): string {
  if (training === undefined) return "";
  return `${name} ${training.toFixed(4)}, ${heldOut === undefined ? "" : `held-out ${heldOut.toFixed(4)}, `}`;
}

/**
 * Draws reports on `stream`: one living line on a terminal; elsewhere, and where `plain` asks for it, a plain line an
 * epoch, at most every two seconds.
 */
export function progressView(stream: NodeJS.WriteStream, { plain = false } = {}) {
  const { TERM, NO_COLOR } = process.env;
  const living = stream.isTTY === true && TERM !== "dumb" && !plain;
  const colour = living && stream.hasColors?.() === true && !NO_COLOR;
  const history: number[] = [];
  let logLikelihood: number | undefined;
  let lastPlain = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(report: TrainingReport): void {
      const measure = measureOf(report);
      if (report.kind === "epoch" && measure !== undefined) history.push(measure);
      logLikelihood = report.logLikelihood ?? logLikelihood;
      if (living) {
        // the last log-likelihood stays until there is another
        const shown = logLikelihood === undefined ? report : { ...report, logLikelihood };
        // a terminal that does not tell its width says 0
        stream.write(`\r\x1b[2K${progressLine(shown, history, (stream.columns || 80) - 1, colour)}`);
        drawn = true;
        return;
      }
      const last = report.update === report.updates || report.kind === "stopped";
      const now = performance.now();
      if (last || (report.kind === "epoch" && now - lastPlain >= 2000)) {
        stream.write(`${plainLine(report)}\n`);
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
