import { describe, expect, test } from "vitest";
import {
  bipartiteConnections,
  type Connections,
  connectionsOf,
  edgeConnections,
  fullConnections,
  groupConnections,
  latticeConnections,
} from "#src/machines/connections.js";
import { colouring, components, degree, disconnectedVisible, neighbours } from "#src/machines/graph.js";
import { createNetwork } from "#src/machines/network.js";
import { randomStream } from "#src/random/stream.js";
import { randomGraph, range } from "../oracles/small-machines.js";

/** Pairs as the definition of a graph says, for all i < j. */
const joined = (units: number, join: (i: number, j: number) => boolean) =>
  range(units).flatMap((i) => range(units).flatMap((j) => (i < j && join(i, j) ? [i, j] : [])));

describe("makers give each pair of the definition once, sorted", () => {
  test.each<[string, Connections, number, (i: number, j: number) => boolean]>([
    ["full", fullConnections(6), 6, () => true],
    ["bipartite", bipartiteConnections(4, 3), 7, (i, j) => i < 4 && j >= 4],
    [
      "groups 3 and 2, hidden 2: none between the groups, none among the hidden",
      groupConnections([3, 2], { hidden: 2 }),
      7,
      (i, j) => j < 3 || (i >= 3 && j < 5) || (i < 5 && j >= 5),
    ],
    [
      "the same with hidden units joined",
      groupConnections([3, 2], { hidden: 2, amongHidden: true }),
      7,
      (i, j) => j < 3 || (i >= 3 && j < 5) || j >= 5,
    ],
    [
      "lattice 3 × 4",
      latticeConnections(3, 4),
      12,
      (i, j) => (j - i === 1 && Math.floor(i / 4) === Math.floor(j / 4)) || j - i === 4,
    ],
    [
      "torus 3 × 4",
      latticeConnections(3, 4, { periodic: true }),
      12,
      (i, j) => {
        const [rows, columns] = [Math.abs(Math.floor(i / 4) - Math.floor(j / 4)), Math.abs((i % 4) - (j % 4))];
        return (rows === 0 && [1, 3].includes(columns)) || (columns === 0 && [1, 2].includes(rows));
      },
    ],
    ["ring of 5", latticeConnections(1, 5, { periodic: true }), 5, (i, j) => j - i === 1 || j - i === 4],
    ["two rows round: each pair once", latticeConnections(2, 1, { periodic: true }), 2, () => true],
    [
      "a list in any order, with a pair twice",
      edgeConnections(4, [[3, 1], [0, 2], [1, 3]]), // biome-ignore format: one line
      4,
      (i, j) => (i === 0 && j === 2) || (i === 1 && j === 3),
    ],
  ])("%s", (_, connections, units, join) => {
    expect(connections.units).toBe(units);
    expect([...connections.pairs]).toEqual(joined(units, join));
  });

  test("the 8-3-8 encoder: 2 · 28 pairs inside the groups, 16 · 3 to the hidden units", () => {
    expect(groupConnections([8, 8], { hidden: 3 }).pairs.length / 2).toBe(2 * 28 + 48);
  });

  test("of a network: a weight either way, not the diagonal", () => {
    const network = createNetwork([5, 1, 0, 0, 0, 0, 0, 2, 0]);
    expect([...connectionsOf(network).pairs]).toEqual([0, 1, 1, 2]);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["no unit", () => fullConnections(0), /fullConnections: units: got 0; expected a whole number, at least 1/],
  ["half a hidden unit", () => bipartiteConnections(3, 0.5), /hidden: got 0.5/],
  ["an empty group", () => groupConnections([3, 0], { hidden: 1 }), /group: got 0/],
  ["no row", () => latticeConnections(0, 4), /rows: got 0/],
  ["a unit that is not there", () => edgeConnections(3, [[0, 3]]), /got unit 3 in the pair 0, 3; expected pairs of/],
  ["a negative unit", () => edgeConnections(3, [[-1, 1]]), /got unit -1/],
  ["a unit joined to itself", () => edgeConnections(3, [[2, 2]]), /got unit 2 joined to itself/],
])("refused: %s", (_, make, message) => {
  expect(make).toThrow(message);
});

describe("graphs", () => {
  test("degrees and neighbours are rows of the adjacency matrix", () => {
    const random = randomStream(3, "data");
    for (let n = 0; n < 10; n++) {
      const graph = randomGraph(9, 0.4, random);
      const rows = Array.from({ length: 9 }, () => new Set<number>());
      for (let at = 0; at < graph.pairs.length; at += 2) {
        rows[graph.pairs[at]].add(graph.pairs[at + 1]);
        rows[graph.pairs[at + 1]].add(graph.pairs[at]);
      }
      const expected = rows.map((row) => [...row].sort((a, b) => a - b));
      expect(neighbours(graph).map((list) => [...list])).toEqual(expected);
      expect([...degree(graph)]).toEqual(expected.map(({ length }) => length));
    }
  });

  test("components, of all units and of some", () => {
    const lists = neighbours(edgeConnections(7, [[0, 4], [4, 2], [1, 5]])); // biome-ignore format: one line
    expect(components(lists)).toEqual([[0, 2, 4], [1, 5], [3], [6]]); // biome-ignore format: one line
    expect(components(lists, [6, 2, 0, 5, 1])).toEqual([[0], [1, 5], [2], [6]]);
  });

  test("disconnected visible units: groups without a path to the largest, hidden units counted as paths", () => {
    expect(disconnectedVisible(groupConnections([4, 4], { hidden: 2 }), range(8))).toEqual([]);
    expect(disconnectedVisible(groupConnections([4, 3], { hidden: 0 }), range(7))).toEqual([[4, 5, 6]]);
    expect(disconnectedVisible(edgeConnections(5, [[0, 1], [2, 3]]), [0, 2, 4])).toEqual([[2], [4]]); // biome-ignore format: one line
    // hidden units by themselves are no group of visible ones
    expect(disconnectedVisible(edgeConnections(4, [[0, 1]]), [0, 1])).toEqual([]);
    expect(disconnectedVisible(fullConnections(3), [])).toEqual([]);
  });
});

describe("colouring", () => {
  /** Pairs of one colour, and units that are not in exactly one class. */
  function faults({ units, pairs }: Connections, classes: readonly ArrayLike<number>[]): number {
    const colour = new Map(classes.flatMap((list, c) => Array.from(list, (unit) => [unit, c] as const)));
    const counted = classes.reduce((sum, list) => sum + list.length, 0);
    let wrong = Math.abs(counted - units) + (units - colour.size);
    for (let at = 0; at < pairs.length; at += 2) {
      if (colour.get(pairs[at]) === colour.get(pairs[at + 1])) wrong++;
    }
    return wrong;
  }

  test("of 100 random graphs is valid, deterministic, and needs no more than the highest degree + 1", () => {
    const random = randomStream(5, "data");
    for (let n = 0; n < 100; n++) {
      const graph = randomGraph(2 + random.index(30), random.uniform(), random);
      const classes = colouring(graph);
      expect(faults(graph, classes)).toBe(0);
      expect(classes.length).toBeLessThanOrEqual(Math.max(...degree(graph)) + 1);
      expect(colouring(graph)).toEqual(classes);
      // the planted error: a unit moved to a neighbour's class
      if (graph.pairs.length === 0) continue;
      const [i, j] = graph.pairs;
      const moved = classes.map((list) => [...list].filter((unit) => unit !== i).concat(list.includes(j) ? i : []));
      expect(faults(graph, moved)).toBeGreaterThan(0);
    }
  });

  test.each<[string, Connections, number]>([
    ["an RBM", bipartiteConnections(5, 3), 2],
    ["a lattice", latticeConnections(5, 7), 2],
    ["an even torus", latticeConnections(4, 6, { periodic: true }), 2],
    ["an odd torus", latticeConnections(3, 3, { periodic: true }), 3],
    ["an odd ring", latticeConnections(1, 7, { periodic: true }), 3],
    ["a full graph", fullConnections(6), 6],
    ["the 4-2-4 encoder", groupConnections([4, 4], { hidden: 2 }), 5],
    ["no connections", edgeConnections(4, []), 1],
  ])("%s has the fewest colours there are", (_, graph, colours) => {
    const classes = colouring(graph);
    expect(faults(graph, classes)).toBe(0);
    expect(classes).toHaveLength(colours);
  });
});
