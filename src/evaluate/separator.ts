/**
 * How to sum over all states of some units without visiting all of them: given the states of a separator the graph falls apart, and
 * the parts are summed over one by one, 2^|S| Σ_parts 2^|part| terms in place of 2^N; parts are taken apart in the same way.
 */

import { components } from "../machines/graph.js";

export type SumPlan =
  /** No two of the units are joined: closed forms. */
  | { readonly kind: "independent"; readonly units: readonly number[] }
  /** All 2^k states in a table. */
  | { readonly kind: "table"; readonly units: readonly number[] }
  /** For each state of the separator, which may be empty, the parts are independent. */
  | { readonly kind: "given"; readonly separator: readonly number[]; readonly parts: readonly SumPlan[] };

export interface PlannedSum {
  readonly plan: SumPlan;
  /** About how many terms a sum has: table entries, and the units visited for each state of a separator. */
  readonly terms: number;
}

/** A table of 2^20 numbers is 8 MiB; a larger part is cut into several. */
const largestTable = 20;
/** Below this many units a table is quicker than any separator. */
const smallTable = 6;
/** Greedy separators: every unit is tried in parts up to this size, only units of the highest degree in larger ones. */
const triedAll = 48;

/** The graph, and sets of units that may be good separators, such as the hidden ones. */
interface Search {
  readonly lists: readonly ArrayLike<number>[];
  readonly hints: readonly (readonly number[])[];
}

/**
 * The cheapest plan found for a sum over the states of `units`; neighbours outside `units` do not count. Separators tried: `hints`, layers
 * of equal distance from an end of the graph, and greedy ones. The terms are Infinity where all are found to need more than `most`.
 */
export function planSum(
  lists: readonly ArrayLike<number>[],
  units: readonly number[],
  hints: readonly (readonly number[])[],
  most: number,
): PlannedSum {
  return planParts({ lists, hints }, units, most);
}

function planParts(search: Search, units: readonly number[], most: number): PlannedSum {
  const parts = components(search.lists, units);
  const single = parts.filter((part) => part.length === 1).flat();
  const planned: PlannedSum[] = parts
    .filter((part) => part.length > 1)
    .map((part) => planConnected(search, part, most));
  if (single.length > 0 || planned.length === 0) {
    planned.push({ plan: { kind: "independent", units: single }, terms: 2 * single.length });
  }
  if (planned.length === 1) return planned[0];
  return {
    plan: { kind: "given", separator: [], parts: planned.map(({ plan }) => plan) },
    terms: planned.reduce((sum, { terms }) => sum + terms, 0),
  };
}

function planConnected(search: Search, units: readonly number[], most: number): PlannedSum {
  const table: PlannedSum = {
    plan: { kind: "table", units },
    terms: units.length <= largestTable ? 2 ** units.length : Number.POSITIVE_INFINITY,
  };
  const inside = insideDegrees(search.lists, units);
  const complete = inside.every((count) => count === units.length - 1);
  if (units.length <= smallTable || (complete && units.length <= largestTable)) return table;
  // conditioning needs at least 2^treewidth states, and the treewidth is at least the smallest degree
  if (2 ** Math.min(...inside) > most) return { ...table, terms: Number.POSITIVE_INFINITY };
  const separator = complete ? units.slice(largestTable) : bestSeparator(search, units, most);
  const states = 2 ** separator.length;
  if (states > most) return table;
  const chosen = new Set(separator);
  const rest = planParts(
    search,
    units.filter((unit) => !chosen.has(unit)),
    most / states,
  );
  const terms = states * (units.length + 4 + rest.terms);
  if (table.terms <= terms) return table;
  const parts = rest.plan.kind === "given" && rest.plan.separator.length === 0 ? rest.plan.parts : [rest.plan];
  return { plan: { kind: "given", separator, parts }, terms };
}

function insideDegrees(lists: readonly ArrayLike<number>[], units: readonly number[]): number[] {
  const inside = new Uint8Array(lists.length);
  for (const unit of units) inside[unit] = 1;
  return units.map((unit) => {
    let count = 0;
    for (let n = 0; n < lists[unit].length; n++) count += inside[lists[unit][n]];
    return count;
  });
}

/** log₂ of 2^|S| Σ 2^|part|: sizes may be beyond 2^1023. */
function logCost(separated: number, parts: readonly (readonly number[])[]): number {
  const largest = parts.reduce((most, part) => Math.max(most, part.length), 0);
  return separated + largest + Math.log2(parts.reduce((sum, part) => sum + 2 ** (part.length - largest), 2 ** -60));
}

/** Of all separators tried the cheapest, the smallest of equally cheap ones. */
function bestSeparator(search: Search, units: readonly number[], most: number): readonly number[] {
  const inside = new Set(units);
  const tried = [
    ...search.hints.map((hint) => hint.filter((unit) => inside.has(unit))),
    ...layers(search.lists, units),
    ...greedySeparators(search.lists, units, Math.log2(most)),
  ].filter(({ length }) => length > 0 && length < units.length);
  let best: { separator: readonly number[]; cost: number } | undefined;
  for (const separator of tried) {
    const chosen = new Set(separator);
    const parts = components(
      search.lists,
      units.filter((unit) => !chosen.has(unit)),
    );
    const cost = logCost(separator.length, parts);
    const less = best === undefined ? -1 : cost - best.cost || separator.length - best.separator.length;
    if (less < 0) best = { separator, cost };
  }
  return best?.separator ?? units.slice(1);
}

/** Units by their distance from an end of a connected graph: each layer parts what is before it from what is behind. */
function layers(lists: readonly ArrayLike<number>[], units: readonly number[]): number[][] {
  const from = (first: number): number[][] => {
    const open = new Set(units);
    open.delete(first);
    const found = [[first]];
    for (const layer of found) {
      const next: number[] = [];
      for (const unit of layer) {
        for (let n = 0; n < lists[unit].length; n++) if (open.delete(lists[unit][n])) next.push(lists[unit][n]);
      }
      if (next.length > 0) found.push(next);
    }
    return found;
  };
  // the unit farthest from any is at an end
  const far = from(units[0]).at(-1) as number[];
  return from(far[0]);
}

/** Sets that grow by one unit of the largest part at a time: that whose removal costs least, then of highest degree there. */
function greedySeparators(lists: readonly ArrayLike<number>[], units: readonly number[], largest: number): number[][] {
  const found: number[][] = [];
  let separator: number[] = [];
  let parts: number[][] = [[...units]];
  while (separator.length < largest) {
    const part = parts.reduce((most, one) => (one.length > most.length ? one : most), parts[0]);
    if (part.length < 2) break;
    const degrees = insideDegrees(lists, part);
    const highest = Math.max(...degrees);
    const others = parts.filter((one) => one !== part);
    let best = { cost: Number.POSITIVE_INFINITY, degree: -1, unit: -1, parts };
    part.forEach((unit, n) => {
      if (part.length > triedAll && (degrees[n] < highest || best.unit >= 0)) return;
      const split = components(
        lists,
        part.filter((one) => one !== unit),
      );
      const cost = logCost(0, [...others, ...split]);
      if ((cost - best.cost || best.degree - degrees[n]) < 0) {
        best = { cost, degree: degrees[n], unit, parts: [...others, ...split] };
      }
    });
    separator = [...separator, best.unit];
    parts = best.parts;
    found.push(separator);
  }
  return found;
}
