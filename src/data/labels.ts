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
    const expected = `labels from 0 to ${classes - 1}, as the read-out has ${classes} classes`;
    throw refuse("data", { who, got, expected });
  }
  return Uint32Array.from(labels.subarray(0, cases));
}

/** How many classes labels 0, 1, … need: the largest label + 1. Throws as labelsOf. */
export function classCount(who: string, data: Dataset): number {
  return labelsOf(who, data, 2 ** 24).reduce((most, label) => Math.max(most, label), 0) + 1;
}
