/** The labels of a data set, checked against the classes that a machine knows. */

import { refuse } from "../errors.js";
import type { Dataset } from "./dataset.js";

/** One class a case, 0 … `classes` − 1. Throws "data" in the name of `who` for labels that are missing, negative or beyond the last class. */
export function labelsOf(who: string, { labels, name, cases }: Dataset, classes: number): Uint32Array {
  if (!labels) {
    const wayOut = "Name the labels with the option labels: a file (IDX, NPY), a column (CSV) or an array (NPZ).";
    throw refuse("data", { who, got: `${name} without labels`, expected: "one label a case", wayOut });
  }
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    const got = `the label ${labels[bad]} at case ${bad} of ${name}`;
    const expected =
      (labels[bad] as number) < 0
        ? "a label of each case, 0 or more (−1 says that there is none)"
        : `labels from 0 to ${classes - 1}, as the read-out has ${classes} classes`;
    throw refuse("data", { who, got, expected });
  }
  return Uint32Array.from(labels.subarray(0, cases));
}

/** What the labels of a data set say where some cases have none, which the label −1 stands for. */
export interface KnownLabels {
  /** The cases with a label, and those without, in their order. */
  readonly labelled: Uint32Array;
  readonly unlabelled: Uint32Array;
  /** [cases], −1 where a case has none. */
  readonly labels: Int32Array;
}

/** The label of a case without one, as in scikit-learn. */
export const UNLABELLED = -1;

/** Throws "data" in the name of `who` for a data set without labels or with −1 alone, and for labels below −1 or beyond the last class. */
export function knownLabels(who: string, data: Dataset, classes = 2 ** 24): KnownLabels {
  const { labels = new Int32Array(data.cases), name, cases } = data;
  if (!data.labels) labelsOf(who, data, classes);
  const bad = labels.findIndex((label) => label < UNLABELLED || label >= classes);
  if (bad >= 0) {
    const got = `the label ${labels[bad]} at case ${bad} of ${name}`;
    throw refuse("data", { who, got, expected: `labels from 0 to ${classes - 1}, or −1 for a case without a label` });
  }
  const rows = Uint32Array.from({ length: cases }, (_, b) => b);
  const labelled = rows.filter((b) => labels[b] !== UNLABELLED);
  if (labelled.length === 0) {
    throw refuse("data", { who, got: `${name}, all of it without labels (−1)`, expected: "some cases with a label" });
  }
  return { labelled, unlabelled: rows.filter((b) => labels[b] === UNLABELLED), labels: Int32Array.from(labels) };
}

/** The data with the labels of the first `count` cases only; the others become unlabelled, −1. Throws "data" and "option". */
export function labelFirst(data: Dataset, count: number): Dataset {
  const { labels } = knownLabels("labelFirst", data);
  if (!Number.isInteger(count) || count < 1 || count > data.cases) {
    const expected = `a whole number from 1 to ${data.cases}, the cases of ${data.name}`;
    throw refuse("option", { who: "labelled cases", got: String(count), expected });
  }
  return {
    ...data,
    name: `${data.name}, ${count} labelled`,
    labels: labels.map((y, b) => (b < count ? y : UNLABELLED)),
  };
}

/** How many classes labels 0, 1, … need: the largest label + 1. Throws as labelsOf. */
export function classCount(who: string, data: Dataset): number {
  return labelsOf(who, data, 2 ** 24).reduce((most, label) => Math.max(most, label), 0) + 1;
}
