/** The progress line: a pure function of reports. Who prints it decides where and how often. */

import { styleText } from "node:util";
import type { Stage, TrainingReport } from "../src/index.js";

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

/**
 * One line of at most `width` characters; where it is narrow the sparkline and the bar go first, then parts from the right.
 * `errors` are the reconstruction errors of the epochs so far.
 */
export function progressLine(
  report: TrainingReport,
  errors: readonly number[],
  width: number,
  colour: boolean,
): string {
  const { epoch, epochs, update, updates, casesPerSecond, secondsLeft, reconstructionError } = report;
  const percent = `${Math.floor((100 * update) / updates)} %`.padStart(5);
  const parts = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    percent,
    `${thousands(casesPerSecond)} images/s`,
    update < updates ? `eta ${clock(secondsLeft)}` : `in ${clock(report.seconds)}`,
    `recon. error ${reconstructionError.toFixed(4)}`,
  ];
  while (parts.length > 1 && parts.join("  ").length > width) parts.pop();
  const isWhole = parts.length === 5;
  const room = () => width - parts.join("  ").length;
  // the bar tells the percentage too
  if (isWhole && room() < roomForBoth && room() + percent.length + 2 >= roomForBoth) parts.splice(1, 1);
  const free = room();
  const sparkWidth = isWhole && free >= roomForBoth ? Math.min(16, Math.floor((free - 4) / 2)) : 0;
  const barWidth = Math.min(24, free - 2 - (sparkWidth && sparkWidth + 2));
  const paint = (style: "cyan" | "yellow", text: string) =>
    colour && text !== "" ? styleText(style, text, { validateStream: false }) : text;
  if (barWidth >= narrowest) parts.splice(1, 0, paint("cyan", bar(update / updates, barWidth)));
  if (sparkWidth > 0 && errors.length > 0) parts.push(paint("yellow", sparkline(errors, sparkWidth)));
  // a part alone may still be too long
  return parts.length === 1 ? (parts[0] as string).slice(0, Math.max(width, 0)) : parts.join("  ");
}

/** The line for logs: no escapes, no bar. */
export function plainLine(report: TrainingReport): string {
  const { epoch, epochs, casesPerSecond, secondsLeft, reconstructionError, heldOutReconstructionError } = report;
  const heldOut = heldOutReconstructionError === undefined ? "" : `, held-out ${heldOutReconstructionError.toFixed(4)}`;
  const left = report.update < report.updates ? `, ${clock(secondsLeft)} left` : "";
  const error = `reconstruction error ${reconstructionError.toFixed(4)}${heldOut}`;
  return `epoch ${epoch}/${epochs}: ${error}, ${thousands(casesPerSecond)} images/s${left}`;
}

/**
 * Draws reports on `stream`: one living line on a terminal; elsewhere, and where `plain` asks for it, a plain line an
 * epoch, at most every two seconds.
 */
export function progressView(stream: NodeJS.WriteStream, { plain = false } = {}) {
  const { TERM, NO_COLOR } = process.env;
  const living = stream.isTTY === true && TERM !== "dumb" && !plain;
  const colour = living && stream.hasColors?.() === true && !NO_COLOR;
  const errors: number[] = [];
  let lastPlain = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(report: TrainingReport): void {
      if (report.kind === "epoch") errors.push(report.reconstructionError);
      if (living) {
        // a terminal that does not tell its width says 0
        stream.write(`\r\x1b[2K${progressLine(report, errors, (stream.columns || 80) - 1, colour)}`);
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

const stageNames: Readonly<Record<Stage["stage"], string>> = {
  schedule: "finding temperatures",
  forward: "forward chains",
  settling: "settling chains",
  reverse: "reverse chains",
  cases: "cases",
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

/** Draws stages on `stream`: one living line on a terminal, which is wiped at the end; elsewhere a line every two seconds at most. */
export function stageView(stream: NodeJS.WriteStream, what: string) {
  const { TERM, NO_COLOR } = process.env;
  const living = stream.isTTY === true && TERM !== "dumb";
  const colour = living && stream.hasColors?.() === true && !NO_COLOR;
  let lastPlain = performance.now();
  let drawn = false;
  return {
    show(stage: Stage): void {
      if (living) {
        stream.write(`\r\x1b[2K${stageLine(what, stage, (stream.columns || 80) - 1, colour)}`);
        drawn = true;
      } else if (performance.now() - lastPlain >= 2000) {
        const { done, of } = stage;
        stream.write(`${what}: ${stageNames[stage.stage]} ${Math.floor((100 * done) / Math.max(of, 1))} %\n`);
        lastPlain = performance.now();
      }
    },
    end(): void {
      if (drawn) stream.write("\r\x1b[2K");
      drawn = false;
    },
  };
}
