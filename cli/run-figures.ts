/** The figures and the report of a run: drawn into RUN/figures, and all on one page. What there is to draw, each kind of machine knows. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type EpochMetrics, type Run, readMetrics, writeFileAtomic } from "../src/node/index.js";
import {
  learningCurves,
  pngSize,
  type Reference,
  type ReportFigure,
  renderReport,
  seriesFromRecords,
} from "./figures/index.js";

/** A figure with its picture. */
export interface Drawn extends ReportFigure {
  readonly png: Uint8Array;
}

export interface ReportTexts {
  readonly title: string;
  /** [label, value] for the head of the report. */
  readonly summary: readonly (readonly [string, string])[];
  readonly next: readonly string[];
}

/** Writes figures into RUN/figures and the page RUN/report.html; returns what was written. */
export async function writeReport(
  run: Run,
  drawn: readonly Drawn[],
  { title, summary, next }: ReportTexts,
): Promise<{ folder: string; report: string; figures: ReportFigure[] }> {
  const folder = join(run.folder, "figures");
  await mkdir(folder, { recursive: true });
  for (const { file, png } of drawn) await writeFileAtomic(join(folder, file), png);
  const figures = drawn.map(({ png, ...figure }): ReportFigure => ({ ...figure, size: pngSize(png) }));
  const report = join(run.folder, "report.html");
  await writeFileAtomic(report, renderReport({ title, summary, figures, command: run.config.command, next }));
  return { folder, report, figures };
}

/** The learning curves of a run, where it has any. `most`: a log-likelihood that none can exceed, drawn where it is in reach. */
export async function drawCurves(run: Run, sentence: string, most?: Reference): Promise<Drawn[]> {
  const records = await readMetrics(run);
  const series = seriesFromRecords(records, "squared error per unit");
  if (records.length === 0 || series.length === 0) return [];
  const told = records.flatMap(({ logLikelihood }) => (logLikelihood === undefined ? [] : [logLikelihood]));
  const [first, last] = [told[0] ?? 0, told.at(-1) ?? 0];
  // farther away it would press the curve flat
  const isNear = most !== undefined && most.value - last <= last - first;
  const moments = stageEnds(records);
  const png = await learningCurves({
    series: series.map((panel) => ({
      ...panel,
      ...(moments.length > 0 && { moments }),
      ...(isNear && panel.title === "Log-likelihood" && { references: [most] }),
    })),
  });
  return [{ file: "learning-curves.png", title: "Learning curves", sentence, png }];
}

/** Where training has stages, the epoch after which each of them begins, but for the first. */
function stageEnds(records: readonly EpochMetrics[]): Reference[] {
  return records.flatMap(({ stage, epoch }, at) => {
    const before = records[at - 1];
    return before === undefined || stage === undefined || before.stage === stage
      ? []
      : [{ name: stage, value: epoch - 1 }];
  });
}
