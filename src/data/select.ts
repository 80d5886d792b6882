/** Parts of a data set: the cases of some classes, the first cases. */

import { refuse } from "../errors.js";
import type { Dataset, Levels } from "./dataset.js";

/**
 * The cases whose label is one of `classes`, in their order, copied. The name gains ` classes 2,3`.
 *
 * @throws HarmoniumError "option" when no class is named or one is not an integer of at least 0; "data" when the data
 *   set has no labels, or no case of one of the classes (the message lists the classes there are, with their counts)
 */
export function selectClasses(dataset: Dataset, classes: readonly number[]): Dataset {
  const { labels, name, cases, units } = dataset;
  const bad = classes.find((label) => !(Number.isInteger(label) && label >= 0));
  if (classes.length === 0 || bad !== undefined) {
    throw refuse("option", {
      who: "classes",
      got: bad === undefined ? "no class" : String(bad),
      expected: "at least one class, each an integer of at least 0",
    });
  }
  if (labels === undefined) {
    throw refuse("data", {
      who: name,
      got: `classes ${classes.join(", ")} of data without labels`,
      expected: "one label a case",
      wayOut: "Name the labels with the option labels, or leave the classes out.",
    });
  }
  const counts = countLabels(labels);
  const absent = classes.find((label) => !counts.has(label));
  if (absent !== undefined) {
    throw refuse("data", { who: name, got: `class ${absent}, no case`, expected: `classes ${showCounts(counts)}` });
  }
  const wanted = new Set(classes);
  const chosen = Int32Array.from({ length: cases }, (_, row) => row).filter((row) => wanted.has(labels[row] ?? -1));
  const labelOf = (row: number): number => labels[row] ?? 0;
  const levels = emptyLike(dataset.levels, chosen.length * units);
  chosen.forEach((row, to) => {
    levels.set(dataset.levels.subarray(row * units, (row + 1) * units), to * units);
  });
  return {
    ...dataset,
    name: `${name} classes ${[...wanted].join(",")}`,
    cases: chosen.length,
    levels,
    labels: labels instanceof Uint8Array ? Uint8Array.from(chosen, labelOf) : chosen.map(labelOf),
  };
}

/**
 * The first `limit` cases, copied; the whole data set where it has no more.
 *
 * @throws HarmoniumError "option" when the limit is not an integer of at least 1
 */
export function takeCases(dataset: Dataset, limit: number): Dataset {
  if (!(Number.isInteger(limit) && limit >= 1)) {
    throw refuse("option", { who: "limit", got: String(limit), expected: "a number of cases, at least 1" });
  }
  return limit >= dataset.cases ? dataset : sliceCases(dataset, 0, limit);
}

/**
 * Cases from … to − 1, copied: to set cases of the training set apart for validation.
 *
 * @throws HarmoniumError "option" unless 0 ≤ from < to ≤ cases
 */
export function sliceCases(dataset: Dataset, from: number, to: number): Dataset {
  const { cases, units, levels, labels } = dataset;
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= cases)) {
    const expected = `0 ≤ from < to ≤ ${cases}, the cases of ${dataset.name}`;
    throw refuse("option", { who: "cases", got: `${from} to ${to}`, expected });
  }
  const copy = emptyLike(levels, (to - from) * units);
  copy.set(levels.subarray(from * units, to * units));
  return { ...dataset, cases: to - from, levels: copy, ...(labels && { labels: someLabels(labels, from, to) }) };
}

// A copy, not a subarray: sending a view to a worker would send all of the memory behind it.
function emptyLike(levels: Levels, length: number): Levels {
  return levels instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
}

function someLabels(labels: Uint8Array | Int32Array, from: number, to: number): Uint8Array | Int32Array {
  return labels instanceof Uint8Array ? new Uint8Array(labels.subarray(from, to)) : labels.slice(from, to);
}

function countLabels(labels: Uint8Array | Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function showCounts(counts: ReadonlyMap<number, number>): string {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const shown = sorted.slice(0, 20).map(([label, count]) => `${label} (${count} ${count === 1 ? "case" : "cases"})`);
  if (sorted.length > shown.length) shown.push(`and ${sorted.length - shown.length} more`);
  return shown.join(", ");
}
