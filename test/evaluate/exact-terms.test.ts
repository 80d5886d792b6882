import { describe, expect, test } from "vitest";
import {
  bipartiteConnections,
  clampedMoments,
  connectionsOf,
  createBoltzmann,
  exactMoments,
  exactTerms,
  fullConnections,
  groupConnections,
  latticeConnections,
  MOST_TERMS,
} from "#src/index.js";

const first = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("terms of exact sums", () => {
  test("all states of a complete graph", () => {
    expect(exactTerms(fullConnections(12), first(12), "all")).toBe(2 ** 12);
    expect(exactTerms(fullConnections(12), first(4), "hidden")).toBe(2 ** 8);
  });

  test("independent hidden units take two each, and the smaller layer is what counts", () => {
    expect(exactTerms(bipartiteConnections(40, 6), first(40), "hidden")).toBe(12);
    const terms = exactTerms(bipartiteConnections(40, 6), first(40), "all");
    expect(terms).toBeGreaterThan(2 ** 6);
    expect(terms).toBeLessThan(2 ** 6 * 200);
  });

  test("none without hidden units", () => {
    expect(exactTerms(latticeConnections(4, 4), first(16), "hidden")).toBe(0);
  });

  test("say just where the moments are refused", () => {
    const lattice = latticeConnections(9, 9);
    const machine = (connections: typeof lattice, visible: readonly number[]) => {
      const { units, pairs } = connections;
      const weights = new Float64Array(units ** 2);
      for (let at = 0; at < pairs.length; at += 2) {
        weights[pairs[at] * units + pairs[at + 1]] = 0.1;
        weights[pairs[at + 1] * units + pairs[at]] = 0.1;
      }
      return createBoltzmann(weights, undefined, { visible });
    };
    for (const [connections, visible] of [
      [lattice, 81],
      [latticeConnections(6, 6), 36],
      [fullConnections(26), 26],
      [fullConnections(30), 2],
      [groupConnections([20, 20], { hidden: 3 }), 40],
    ] as const) {
      const of = machine(connections, first(visible));
      expect(connectionsOf(of)).toEqual(connections);
      const free = exactTerms(connections, of.visible, "all");
      const clamped = exactTerms(connections, of.visible, "hidden");
      if (free > MOST_TERMS) expect(() => exactMoments(of)).toThrow("expected at most 2^25 terms");
      else if (free < 2 ** 20) expect(exactMoments(of).mean).toHaveLength(connections.units);
      const cases = new Uint8Array(visible);
      if (clamped > MOST_TERMS) expect(() => clampedMoments(of, cases)).toThrow("expected at most 2^25 terms");
      else expect(clampedMoments(of, cases).logPartitions).toHaveLength(1);
    }
    expect(exactTerms(lattice, first(81), "all")).toBe(Number.POSITIVE_INFINITY);
    expect(exactTerms(fullConnections(26), first(26), "all", 2 ** 29)).toBeGreaterThan(MOST_TERMS);
  });
});
