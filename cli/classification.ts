/** What a classification tells: a table of classes, the surest mistakes, and their pictures. */

import { type Classification, type ClassificationFit, type Dataset, worstMistakes } from "../src/index.js";
import { confusionMatrix, mistakes } from "./figures/index.js";
import { plural, table } from "./output.js";
import type { Drawn } from "./run-figures.js";

/** So many classes still fit a line of a terminal. */
const mostColumns = 20;
const mostPictures = 48;

/** One case: what it is, what it was taken for, and how sure of that the machine was. */
export interface Told {
  readonly case: number;
  readonly label?: number;
  readonly class: number;
  readonly probability: number;
  readonly labelProbability?: number;
}

/** The cases of these numbers. */
export function toldOf(
  { classes, probabilities }: Classification,
  rows: ArrayLike<number>,
  { labels }: Dataset,
): Told[] {
  const count = probabilities.length / classes.length;
  return Array.from(rows, (row): Told => {
    const [taken, label] = [classes[row] as number, labels?.[row]];
    const probabilityOf = (k: number) => probabilities[row * count + k] as number;
    const known = label !== undefined && { label, labelProbability: probabilityOf(label) };
    return { case: row, class: taken, probability: probabilityOf(taken), ...known };
  });
}

export function toldTable(told: readonly Told[]): string {
  const labelled = told.some(({ label }) => label !== undefined);
  const head = ["  case", ...(labelled ? ["label"] : []), "class", "P(class)", ...(labelled ? ["P(label)"] : [])];
  return table([
    head,
    ...told.map(({ case: row, label, class: taken, probability, labelProbability }) => [
      `  ${row}`,
      ...(labelled ? [String(label)] : []),
      String(taken),
      probability.toFixed(4),
      ...(labelProbability === undefined ? [] : [labelProbability.toFixed(4)]),
    ]),
  ]);
}

/** Of a share of so many cases. */
function standardErrorOf(rate: number, cases: number): number {
  return Math.sqrt((rate * (1 - rate)) / cases);
}

/** What --json says of a classification; without labels only how many cases and classes there are. */
export function classFacts({ classes, probabilities }: Classification, fit: ClassificationFit | undefined): object {
  const count = probabilities.length / classes.length;
  const size = { cases: classes.length, classes: count };
  if (!fit) return size;
  const { confusion, crossEntropy, ...rates } = fit;
  const rows = Array.from({ length: count }, (_, label) => [...confusion.subarray(label * count, (label + 1) * count)]);
  return {
    ...size,
    ...rates,
    standardError: standardErrorOf(fit.errorRate, classes.length),
    // JSON has no infinity
    crossEntropy: Number.isFinite(crossEntropy) ? crossEntropy : null,
    confusion: rows,
  };
}

/** The error rate and the cross entropy, a line each. */
export function fitRows({ errors, errorRate, crossEntropy }: ClassificationFit, cases: number): string {
  const share = (part: number) => `${(100 * part).toFixed(2)} %`;
  const wrong = `${errors.toLocaleString("en")} of ${plural(cases, "case")} wrong`;
  return table([
    ["  error rate", `${share(errorRate)} ± ${share(standardErrorOf(errorRate, cases))}`, wrong],
    ["  cross entropy", crossEntropy.toFixed(4), "mean −log P(label | case), nats"],
  ]);
}

/** Rows: labels; columns: classes. "·" for none. Only the most frequent confusions where there are many classes. */
export function confusionTable({ confusion }: ClassificationFit): string {
  const count = Math.sqrt(confusion.length);
  if (count > mostColumns) return confusionsTable(confusion, count);
  const cells = (label: number) =>
    Array.from(confusion.subarray(label * count, (label + 1) * count), (n) => (n === 0 ? "·" : String(n)));
  const classes = Array.from({ length: count }, (_, k) => String(k));
  const widest = Math.max(...Array.from(confusion, (n) => String(n).length), String(count - 1).length);
  const aligned = (row: string[]) => row.map((cell) => cell.padStart(widest)).join(" ");
  const shares = classes.map((_, label) => {
    const row = confusion.subarray(label * count, (label + 1) * count);
    const all = row.reduce((sum, n) => sum + n, 0);
    return all === 0 ? "" : `${((100 * (all - (row[label] as number))) / all).toFixed(1)} %`;
  });
  return table([
    ["  label", aligned(classes), "wrong"],
    ...classes.map((name, label) => [`  ${name.padStart(5)}`, aligned(cells(label)), shares[label] as string]),
  ]);
}

function confusionsTable(confusion: Uint32Array, count: number): string {
  const wrong = [...confusion.keys()].filter((at) => Math.floor(at / count) !== at % count && confusion[at] !== 0);
  const most = wrong.sort((a, b) => (confusion[b] as number) - (confusion[a] as number)).slice(0, 10);
  return table([
    ["  label", "taken for", "cases"],
    ...most.map((at) => [`  ${Math.floor(at / count)}`, String(at % count), String(confusion[at])]),
  ]);
}

/** The confusion matrix, and where cases are images the surest mistakes. */
export async function drawFit(told: Classification, fit: ClassificationFit, data: Dataset): Promise<Drawn[]> {
  const png = await confusionMatrix({ confusion: fit.confusion, caption: captionOf(fit, data) });
  const sentence = "How often each class was taken for each other: rows are labels, columns what the machine says.";
  const drawn: Drawn[] = [{ file: "confusion.png", title: "Confusion matrix", sentence, png }];
  const worst = toldOf(told, worstMistakes(told, data).subarray(0, mostPictures), data);
  const { imageShape, units, levels } = data;
  if (!imageShape || worst.length === 0) return drawn;
  const picture = await mistakes({
    imageShape,
    cases: worst.map(({ case: row, label, class: taken, probability }) => ({
      levels: levels.subarray(row * units, (row + 1) * units),
      label: label as number,
      taken,
      probability,
    })),
  });
  const about =
    "The cases that it is surest of and wrong about: their label, as what it takes them, and how probable it finds that.";
  return [...drawn, { file: "mistakes.png", title: "Surest mistakes", sentence: about, png: picture }];
}

function captionOf({ errors, errorRate }: ClassificationFit, { name, cases }: Dataset): string {
  const count = `${errors.toLocaleString("en")} of ${cases.toLocaleString("en")}`;
  return `${name}: ${count} cases are wrong, ${(100 * errorRate).toFixed(2)} %. Row: label. Column: class that was told.`;
}
