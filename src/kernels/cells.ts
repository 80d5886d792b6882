/**
 * What is done unit by unit, outside the fast loops: few units, or plain copies. The kernels give access to their layers as cells; with
 * basic operations only, on one thread, so that all kernels have the same bits where their inputs have.
 */

import { refuse } from "../errors.js";
import { exp } from "../math/exp.js";
import type { Draw } from "../random/draw.js";
import { uniformOf } from "../random/uniform.js";
import type { Conditional, CopyUnits, Field, States, UnitGroup } from "./kernels.js";

/** The values of a layer, by case and unit. */
export interface Cells {
  get(b: number, unit: number): number;
  set(b: number, unit: number, value: number): void;
}

/**
 * Copies the units from number `begin` of the task on. Throws "shape" unless both layers have all its cases and units, "option" for a layer
 * that is copied to itself.
 */
export function copyCells(
  { cases, from, fromUnit = 0, to, toUnit = 0, units }: CopyUnits,
  cells: CellsOf,
  begin = 0,
): void {
  const who = "copyUnits";
  if (from === to) throw refuse("option", { who, got: "a layer to copy to itself", expected: "two different ones" });
  const fits = (layer: States | Field, first: number) => first + units <= layer.units && cases <= layer.capacity;
  if (!fits(from, fromUnit) || !fits(to, toUnit) || from.kind !== to.kind) {
    const sizes = [from, to].map((layer) => `${layer.kind} ${layer.capacity} × ${layer.units}`).join(" and ");
    const got = `${cases} cases of ${units} units from ${fromUnit} to ${toUnit} in ${sizes}`;
    throw refuse("shape", { who, got, expected: "cases and units that both have" });
  }
  const [source, target] = [cells(from), cells(to)];
  for (let b = 0; b < cases; b++) {
    for (let u = begin; u < units; u++) target.set(b, toUnit + u, source.get(b, fromUnit + u));
  }
}

type CellsOf = (layer: States | Field) => Cells;

/** Throws "shape" where the group is not inside the layer. */
export function checkGroup({ first, size }: UnitGroup, units: number): void {
  if (size >= 1 && first >= 0 && first + size <= units) return;
  throw refuse("shape", {
    who: "conditional: group",
    got: `${first} and ${size} on`,
    expected: `inside ${units} units`,
  });
}

/**
 * The group's means and samples from its inputs: mean = softmax(scale · input), and the unit that is on is the first whose cumulated mean
 * exceeds the uniform of the group's first unit.
 */
export function softmaxCells(
  { cases, group, scale = 1, mean, sample, meanIsSample = false, draw }: Conditional,
  input: Cells,
  cells: CellsOf,
): void {
  const { first, size } = group as UnitGroup;
  const [means, samples] = [mean && cells(mean), sample && cells(sample)];
  const p = new Float64Array(size);
  for (let b = 0; b < cases; b++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let u = 0; u < size; u++) {
      p[u] = scale * input.get(b, first + u);
      most = Math.max(most, p[u]);
    }
    let sum = 0;
    for (let u = 0; u < size; u++) {
      p[u] = exp(p[u] - most);
      sum += p[u];
    }
    const on = samples || meanIsSample ? chosen(p, sum, draw, b, first) : -1;
    for (let u = 0; u < size; u++) {
      samples?.set(b, first + u, u === on ? 1 : 0);
      means?.set(b, first + u, meanIsSample ? Number(u === on) : Math.fround(p[u] / sum));
    }
  }
}

function chosen(p: Float64Array, sum: number, draw: Draw | undefined, b: number, first: number): number {
  let left = (draw ? uniformOf(draw, b, first) : 0) * sum;
  for (let u = 0; u < p.length - 1; u++) {
    left -= p[u];
    if (left < 0) return u;
  }
  return p.length - 1;
}
