import { describe, expect, test } from "vitest";
import {
  bipartiteConnections,
  type ConnectionsConfig,
  connectionsFrom,
  formatConnections,
  fullConnections,
  groupConnections,
  latticeConnections,
  parseConnections,
} from "#src/index.js";

const texts: [string, ConnectionsConfig][] = [
  ["full", { kind: "full" }],
  ["bipartite", { kind: "bipartite" }],
  ["groups:4,4", { kind: "groups", groups: [4, 4] }],
  ["groups:8,among-hidden", { kind: "groups", groups: [8], amongHidden: true }],
  ["lattice:2x5", { kind: "lattice", rows: 2, columns: 5 }],
  ["lattice:2x5,periodic", { kind: "lattice", rows: 2, columns: 5, periodic: true }],
];

test.each(texts)("%s is read, and written as it was", (text, config) => {
  expect(parseConnections(text)).toEqual(config);
  expect(formatConnections(config)).toBe(text);
});

test.each(["", "edges.csv", "fully", "lattice", "groups", "Full"])("%j is left to others", (text) => {
  expect(parseConnections(text)).toBeUndefined();
});

test.each(["groups:", "groups:4,", "groups:4,x", "groups:4 4", "lattice:4", "lattice:4x", "lattice:4x4,open"])(
  "%j is refused",
  (text) => {
    expect(() => parseConnections(text, "--connect")).toThrow(`--connect: got "${text}"; expected`);
  },
);

describe("with 8 visible and 2 hidden units", () => {
  test.each<[string, { units: number; pairs: Uint32Array }]>([
    ["full", fullConnections(10)],
    ["bipartite", bipartiteConnections(8, 2)],
    ["groups:4,4", groupConnections([4, 4], { hidden: 2 })],
    ["groups:8,among-hidden", groupConnections([8], { hidden: 2, amongHidden: true })],
    ["lattice:2x5", latticeConnections(2, 5)],
    ["lattice:2x5,periodic", latticeConnections(2, 5, { periodic: true })],
  ])("%s", (text, expected) => {
    expect(connectionsFrom(parseConnections(text) as ConnectionsConfig, 8, 2)).toEqual(expected);
  });

  test("pairs, in any order, twice or once", () => {
    const { pairs } = connectionsFrom({ kind: "edges", pairs: [9, 0, 3, 2, 0, 9] }, 8, 2);
    expect([...pairs]).toEqual([0, 9, 2, 3]);
    expect(formatConnections({ kind: "edges", pairs: [9, 0, 3, 2] })).toBe("2 pairs");
  });

  test.each<[ConnectionsConfig, number, string]>([
    [{ kind: "groups", groups: [4, 5] }, 2, "connections: got groups:4,5, 9 visible units; expected groups of 8"],
    [{ kind: "lattice", rows: 2, columns: 4 }, 2, "connections: got lattice:2x4, 8 units; expected 10 units"],
    [{ kind: "bipartite" }, 0, "connections: got bipartite with 8 visible and 0 hidden units; expected hidden units"],
    [{ kind: "full" }, 0.5, "hidden units: got 0.5; expected a whole number, at least 0"],
    [{ kind: "edges", pairs: [0, 10] }, 2, "edgeConnections: got unit 10 in the pair 0, 10"],
    [{ kind: "edges", pairs: [0] }, 2, "connections: got 1 numbers of units; expected pairs of them"],
  ])("%j with %d hidden units is refused", (config, hidden, message) => {
    expect(() => connectionsFrom(config, 8, hidden)).toThrow(message);
  });
});
