/** What is done alike with the three arrays of two layers and their bond. */

import { refuse } from "../errors.js";
import type { BondParameters, Field, LayerParameters, Matrix, Optimize, Phases, Vector } from "./kernels.js";

type Block = Matrix | Vector;
type Blocks = Block | LayerParameters | BondParameters;

/** The arrays of parameters in a fixed order; a matrix or a vector is one by itself. */
export function blocksOf(of: Blocks): readonly Block[] {
  if (!("weights" in of)) return [of];
  return hasVisibleBias(of) ? [of.weights, of.visibleBias, of.hiddenBias] : [of.weights, of.hiddenBias];
}

export function hasVisibleBias(of: LayerParameters | BondParameters): of is BondParameters {
  return "visibleBias" in of;
}

/** Throws "shape" unless all have the same arrays. */
export function checkAlike(who: string, first: Blocks, ...others: Blocks[]): void {
  const sizes = (of: Block) => ("size" in of ? [of.size] : [of.rows, of.columns]).join(" × ");
  const described = (of: Blocks) => blocksOf(of).map(sizes).join(", ");
  const expected = described(first);
  for (const got of others.map(described)) if (got !== expected) throw refuse("shape", { who, got, expected });
}

export function isPhases(gradient: Optimize["gradient"]): gradient is Phases {
  return "positive" in gradient;
}

/** Throws "shape" where arrays do not fit together, "option" where the rule lacks memory. */
export function checkOptimize({ parameters, gradient, memory, rule, offsets }: Optimize): void {
  checkAlike("optimize", parameters, ...memory, ...(isPhases(gradient) ? [] : [gradient]));
  if (offsets) {
    if (!hasVisibleBias(parameters)) {
      throw refuse("shape", { who: "optimize: offsets", got: "no visible bias", expected: "one, which offsets move" });
    }
    checkAlike("optimize: offsets", parameters.visibleBias, offsets.visible);
    checkAlike("optimize: offsets", parameters.hiddenBias, offsets.hidden);
  }
  const least = rule.kind === "adam" ? 2 : Number(rule.momentum > 0);
  if (memory.length >= least) return;
  throw refuse("option", { who: "optimize", got: `a memory of ${memory.length}`, expected: `${least} for this rule` });
}

/** Throws "shape" unless the one has the shape of the other, transposed; and "option" for a matrix that is to become its own transpose. */
export function checkTransposed(out: Matrix, from: Matrix): void {
  const who = "transpose";
  if (out === from) throw refuse("option", { who, got: "a matrix and itself", expected: "two different ones" });
  if (out.rows === from.columns && out.columns === from.rows) return;
  throw refuse("shape", { who, got: `${out.rows} × ${out.columns}`, expected: `${from.columns} × ${from.rows}` });
}

/** Throws "shape" unless the field has at least so many cases (and at least one) and the units of the vector. */
export function checkCases(who: string, field: Field, cases: number, vector: Vector): void {
  if (cases >= 1 && cases <= field.capacity && field.units === vector.size) return;
  const got = `${cases} cases of ${field.capacity} × ${field.units} and a vector of ${vector.size}`;
  throw refuse("shape", { who, got, expected: "1 to as many cases, and a vector of as many units" });
}

/** Throws "shape" unless the field has so many units and room for so many cases. */
export function checkLayer(who: string, field: Field, cases: number, units: number): void {
  if (field.units === units && cases <= field.capacity) return;
  const expected = `at most ${field.capacity} cases × ${field.units} units`;
  throw refuse("shape", { who, got: `${cases} cases × ${units} units`, expected });
}

/** Throws "data" unless each case has a label below the number of classes. */
export function checkLabelsFit(who: string, labels: Uint32Array, cases: number, classes: number): void {
  if (labels.length < cases) {
    throw refuse("shape", { who, got: `${labels.length} labels`, expected: `${cases}, one a case` });
  }
  for (let b = 0; b < cases; b++) {
    if (labels[b] < classes) continue;
    throw refuse("data", { who, got: `the label ${labels[b]}`, expected: `labels from 0 to ${classes - 1}` });
  }
}

/** Throws "option" unless it is in (0, 1]. */
export function checkKeep(who: string, keep: number): void {
  if (keep > 0 && keep <= 1) return;
  throw refuse("option", { who, got: `keep ${keep}`, expected: "a number in (0, 1]" });
}

/** Throws "shape" unless matrices have a row from `first` on for each class, of as many hidden units as the input has. */
export function checkLabelRows(
  who: string,
  { cases, input, first }: { readonly cases: number; readonly input: Field; readonly first: number },
  ofClasses: Field,
  matrices: readonly Matrix[],
): void {
  checkLayer(who, ofClasses, cases, ofClasses.units);
  for (const { rows, columns } of matrices) {
    checkLayer(who, input, cases, columns);
    if (first + ofClasses.units <= rows) continue;
    throw refuse("shape", { who, got: `${rows} rows`, expected: `at least ${first + ofClasses.units}` });
  }
}
