/** Connections as a graph: neighbours, degrees, connected components, colourings. */

import type { Connections } from "./connections.js";

/** The neighbours of each unit, ascending. */
export function neighbours({ units, pairs }: Connections): Uint32Array[] {
  const count = degree({ units, pairs });
  const lists = Array.from(count, (length) => new Uint32Array(length));
  const filled = new Uint32Array(units);
  for (let at = 0; at < pairs.length; at += 2) {
    const [i, j] = [pairs[at], pairs[at + 1]];
    lists[i][filled[i]++] = j;
    lists[j][filled[j]++] = i;
  }
  return lists;
}

/** How many neighbours each unit has [N]. */
export function degree({ units, pairs }: Connections): Uint32Array {
  const count = new Uint32Array(units);
  for (const unit of pairs) count[unit]++;
  return count;
}

/** The connected parts of the graph that `among` (some units, each once) span, in order of their first unit; units ascend in each. */
export function components(
  lists: readonly ArrayLike<number>[],
  among: readonly number[] = lists.map((_, i) => i),
): number[][] {
  const open = new Uint8Array(lists.length);
  for (const unit of among) open[unit] = 1;
  const parts: number[][] = [];
  for (const first of [...among].sort((a, b) => a - b)) {
    if (!open[first]) continue;
    const part = [first];
    open[first] = 0;
    for (let at = 0; at < part.length; at++) {
      const list = lists[part[at]];
      for (let n = 0; n < list.length; n++) {
        if (!open[list[n]]) continue;
        open[list[n]] = 0;
        part.push(list[n]);
      }
    }
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}

/**
 * The groups of visible units that no path joins to the rest, not even through hidden units: such a group is independent of the others,
 * whatever the weights. The rest is the largest group, the first of them in a tie; all visible units connected gives no group.
 */
export function disconnectedVisible(connections: Connections, visible: readonly number[]): number[][] {
  const shown = new Set(visible);
  const groups = components(neighbours(connections))
    .map((part) => part.filter((unit) => shown.has(unit)))
    .filter((group) => group.length > 0);
  const largest = groups.reduce((most, group) => (group.length > most.length ? group : most), groups[0]);
  return groups.filter((group) => group !== largest);
}

/**
 * Units by colour, no two of one colour joined: all of a colour may be updated at once. Two colours where the graph is bipartite, else
 * greedily: next the unit with most colours around it, then of highest degree, then of lowest number [Brélaz 1979].
 */
export function colouring(connections: Connections): Uint32Array[] {
  const lists = neighbours(connections);
  const colours = twoColours(lists) ?? greedyColours(lists);
  const classes: number[][] = [];
  colours.forEach((colour, unit) => {
    while (classes.length <= colour) classes.push([]);
    classes[colour].push(unit);
  });
  return classes.map((units) => Uint32Array.from(units));
}

/** The colour of each unit; undefined where a cycle of odd length forbids two. */
function twoColours(lists: readonly Uint32Array[]): number[] | undefined {
  const colours = lists.map(() => -1);
  for (let first = 0; first < lists.length; first++) {
    if (colours[first] >= 0) continue;
    colours[first] = 0;
    const queue = [first];
    for (const unit of queue) {
      for (const next of lists[unit]) {
        if (colours[next] === colours[unit]) return undefined;
        if (colours[next] >= 0) continue;
        colours[next] = 1 - colours[unit];
        queue.push(next);
      }
    }
  }
  return colours;
}

function greedyColours(lists: readonly Uint32Array[]): number[] {
  const colours = lists.map(() => -1);
  const around = lists.map(() => new Set<number>());
  for (let n = 0; n < lists.length; n++) {
    let next = -1;
    for (let unit = 0; unit < lists.length; unit++) {
      if (colours[unit] >= 0) continue;
      const more = next < 0 ? 1 : around[unit].size - around[next].size || lists[unit].length - lists[next].length;
      if (more > 0) next = unit;
    }
    let colour = 0;
    while (around[next].has(colour)) colour++;
    colours[next] = colour;
    for (const other of lists[next]) around[other].add(colour);
  }
  return colours;
}
