/** What is done alike with the three arrays of two layers and their bond. */

import { refuse } from "../errors.js";
import type { BondParameters, Field, Matrix, Optimize, Phases, Vector } from "./kernels.js";

type Block = Matrix | Vector;

/** The arrays of parameters in a fixed order; a matrix or a vector is one by itself. */
export function blocksOf(of: Block | BondParameters): readonly Block[] {
  return "weights" in of ? [of.weights, of.visibleBias, of.hiddenBias] : [of];
}

/** Throws "shape" unless all have the same arrays. */
export function checkAlike(who: string, first: Block | BondParameters, ...others: (Block | BondParameters)[]): void {
  const sizes = (of: Block) => ("size" in of ? [of.size] : [of.rows, of.columns]).join(" × ");
  const described = (of: Block | BondParameters) => blocksOf(of).map(sizes).join(", ");
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
