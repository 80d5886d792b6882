/** Which pairs of units of a general machine are joined: full, bipartite, groups joined through hidden units, lattices, any list. */

import { refuse } from "../errors.js";
import type { Network } from "./network.js";

export interface Connections {
  /** N */
  readonly units: number;
  /** [2 E]: i and j of each joined pair, i < j; sorted by i, then by j, and none twice. */
  readonly pairs: Uint32Array;
}

/** All pairs of `units` units. Throws "option" unless there is a unit. */
export function fullConnections(units: number): Connections {
  checkCount("fullConnections: units", units, 1);
  const pairs = new Uint32Array(units * (units - 1));
  let at = 0;
  for (let i = 0; i < units; i++) {
    for (let j = i + 1; j < units; j++) {
      pairs[at++] = i;
      pairs[at++] = j;
    }
  }
  return { units, pairs };
}

/** Each visible unit with each hidden one, the graph of an RBM: units 0 … visible − 1, then the hidden ones. */
export function bipartiteConnections(visible: number, hidden: number): Connections {
  return groupConnections(
    Array.from({ length: checkCount("bipartiteConnections: visible", visible, 1) }, () => 1),
    { hidden },
  );
}

export interface GroupOptions {
  /** How many hidden units come after the groups. */
  readonly hidden: number;
  /** Joins the hidden units among themselves too. */
  readonly amongHidden?: boolean;
}

/**
 * Groups of visible units, each joined fully inside, and to one another only through hidden units: the encoders of
 * [Ackley et al. 1985] are groupConnections([4, 4], { hidden: 2 }) and groupConnections([8, 8], { hidden: 3 }).
 *
 * Units are numbered group after group, then the hidden ones. Throws "option" unless all sizes are whole and there is a unit.
 */
export function groupConnections(
  groups: readonly number[],
  { hidden, amongHidden = false }: GroupOptions,
): Connections {
  checkCount("groupConnections: hidden", hidden, 0);
  const visible = groups.reduce((sum, size) => sum + checkCount("groupConnections: group", size, 1), 0);
  const units = checkCount("groupConnections: units", visible + hidden, 1);
  const pairs: number[] = [];
  let end = 0;
  for (const size of groups) {
    const start = end;
    end += size;
    for (let i = start; i < end; i++) {
      for (let j = i + 1; j < end; j++) pairs.push(i, j);
      for (let j = visible; j < units; j++) pairs.push(i, j);
    }
  }
  if (amongHidden) for (let i = visible; i < units; i++) for (let j = i + 1; j < units; j++) pairs.push(i, j);
  return { units, pairs: Uint32Array.from(pairs) };
}

/**
 * Nearest neighbours on a lattice, unit `row * columns + column`; `periodic` joins the last row to the first and the last column to the
 * first. Throws "option" unless there is a row and a column.
 */
export function latticeConnections(rows: number, columns: number, { periodic = false } = {}): Connections {
  checkCount("latticeConnections: rows", rows, 1);
  checkCount("latticeConnections: columns", columns, 1);
  const pairs: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const unit = row * columns + column;
      if (column + 1 < columns || periodic) pairs.push([unit, row * columns + ((column + 1) % columns)]);
      if (row + 1 < rows || periodic) pairs.push([unit, ((row + 1) % rows) * columns + column]);
    }
  }
  // round a single row or column every unit would be its own neighbour
  return fromPairs(
    rows * columns,
    pairs.filter(([i, j]) => i !== j),
  );
}

/** The given pairs, in any order; a pair given twice counts once. Throws "option" for a unit that is not there, or joined to itself. */
export function edgeConnections(units: number, pairs: Iterable<readonly [number, number]>): Connections {
  checkCount("edgeConnections: units", units, 1);
  const all = [...pairs];
  for (const [i, j] of all) {
    const bad = [i, j].find((unit) => !Number.isInteger(unit) || unit < 0 || unit >= units);
    if (bad === undefined && i !== j) continue;
    const got = bad === undefined ? `unit ${i} joined to itself` : `unit ${bad} in the pair ${i}, ${j}`;
    throw refuse("option", {
      who: "edgeConnections",
      got,
      expected: `pairs of different units from 0 to ${units - 1}`,
    });
  }
  return fromPairs(units, all);
}

/** The pairs with a weight, either way, that is not 0. Weights from a unit to itself join nothing. */
export function connectionsOf({ units, weights }: Network): Connections {
  const pairs: number[] = [];
  for (let i = 0; i < units; i++) {
    for (let j = i + 1; j < units; j++) {
      if (weights[i * units + j] !== 0 || weights[j * units + i] !== 0) pairs.push(i, j);
    }
  }
  return { units, pairs: Uint32Array.from(pairs) };
}

function fromPairs(units: number, pairs: readonly (readonly [number, number])[]): Connections {
  const codes = Float64Array.from(pairs, ([i, j]) => Math.min(i, j) * units + Math.max(i, j)).sort();
  const once = codes.filter((code, at) => code !== codes[at - 1]);
  const sorted = new Uint32Array(2 * once.length);
  once.forEach((code, at) => {
    sorted[2 * at] = Math.floor(code / units);
    sorted[2 * at + 1] = code % units;
  });
  return { units, pairs: sorted };
}

function checkCount(who: string, count: number, least: number): number {
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw refuse("option", { who, got: String(count), expected: `a whole number, at least ${least}` });
}
