import { describe, expect, test } from "vitest";
import { allShifterPatterns, shifterPatterns } from "#src/data/shifter.js";
import { refusal } from "./refusal.js";

const bitsOf = (levels: ArrayLike<number>, units: number, row: number) =>
  Array.from({ length: units }, (_, i) => (levels[row * units + i] ?? Number.NaN) / 255);

describe("allShifterPatterns", () => {
  test("3 bits by hand: one bit on, shifted left, not, right", () => {
    const { levels, labels, units, cases } = allShifterPatterns(3);
    expect([cases, units]).toEqual([24, 9]);
    // code 1: the first of three bits, so that a shift to the left goes round the end
    expect([3, 4, 5].map((row) => bitsOf(levels, units, row).join(""))).toEqual([
      "100" + "001" + "100",
      "100" + "100" + "010",
      "100" + "010" + "001",
    ]);
    expect(labels?.slice(3, 6)).toEqual(Int32Array.of(0, 1, 2));
  });

  test("8 bits: 768 different cases of 19 units, log-probability sum −5102.43 when equally likely", () => {
    const { cases, units, levels, probabilities } = allShifterPatterns(8, 0.5);
    expect([cases, units]).toEqual([768, 19]);
    expect(new Set(Array.from({ length: cases }, (_, row) => bitsOf(levels, units, row).join())).size).toBe(768);
    expect(probabilities.reduce((sum, p) => sum + Math.log(p), 0)).toBeCloseTo(-5102.43, 2);
  });

  test.each([
    [3, 0.3],
    [8, 0.3],
    [8, 0.9],
    [12, 0.5],
  ])("%i bits, probability %d: sums and means, by hand", (bits, probability) => {
    const { cases, units, levels, probabilities } = allShifterPatterns(bits, probability);
    const mean = new Float64Array(units);
    let total = 0;
    let entropy = 0;
    for (let row = 0; row < cases; row++) {
      const p = probabilities[row] ?? Number.NaN;
      total += p;
      entropy -= p * Math.log(p);
      bitsOf(levels, units, row).forEach((bit, i) => {
        mean[i] = (mean[i] ?? 0) + p * bit;
      });
    }
    const q = 1 - probability;
    expect(total).toBeCloseTo(1, 12);
    expect(entropy).toBeCloseTo(Math.log(3) - bits * (probability * Math.log(probability) + q * Math.log(q)), 10);
    mean.forEach((m, i) => {
      expect(m).toBeCloseTo(i < 2 * bits ? probability : 1 / 3, 12);
    });
  });

  test("the shift is of third order: no unit of V1 and V2 depends on it, a pair (V1 i, V2 i) does", () => {
    const bits = 5;
    const { cases, units, levels, labels, probabilities } = allShifterPatterns(bits, 0.3);
    /** P(all of these units on | label) */
    const given = (label: number, on: number[]) => {
      let sum = 0;
      for (let row = 0; row < cases; row++) {
        if (labels?.[row] === label && on.every((i) => levels[row * units + i])) sum += 3 * (probabilities[row] ?? 0);
      }
      return sum;
    };
    for (let i = 0; i < bits; i++) {
      for (const label of [0, 1, 2]) {
        expect(given(label, [i])).toBeCloseTo(0.3, 12);
        expect(given(label, [bits + i])).toBeCloseTo(0.3, 12);
        expect(given(label, [i, bits + i])).toBeCloseTo(label === 1 ? 0.3 : 0.09, 12);
      }
    }
  });
});

describe("shifterPatterns", () => {
  const cases = 30_000;
  const sample = shifterPatterns({ cases, seed: 7 });

  test("every case is one of the 768, with its label", () => {
    const all = allShifterPatterns(8);
    const known = new Map(
      Array.from({ length: all.cases }, (_, row) => [bitsOf(all.levels, 19, row).join(), all.labels?.[row]]),
    );
    for (let row = 0; row < cases; row++) {
      const label = known.get(bitsOf(sample.levels, 19, row).join());
      expect(label).toBe(sample.labels?.[row]);
    }
  });

  test("frequencies: χ² over number of bits on and shift, P(false alarm) = 1e-6", () => {
    // 27 cells, 26 degrees of freedom: the upper 1e-6 quantile of χ²(26) is 80.8 (Wilson–Hilferty, z = 4.753)
    const bound = 26 * (1 - 2 / (9 * 26) + 4.753 * Math.sqrt(2 / (9 * 26))) ** 3;
    const chiSquare = (of: typeof sample, probability: number) => {
      const counts = new Float64Array(27);
      for (let row = 0; row < cases; row++) {
        const on = bitsOf(of.levels, 19, row)
          .slice(0, 8)
          .reduce((sum, bit) => sum + bit, 0);
        const cell = 3 * on + (of.labels?.[row] ?? 0);
        counts[cell] = (counts[cell] ?? 0) + 1;
      }
      const choose = [1, 8, 28, 56, 70, 56, 28, 8, 1];
      return counts.reduce((sum, count, cell) => {
        const on = Math.floor(cell / 3);
        const expected = (cases * (choose[on] ?? 0) * probability ** on * (1 - probability) ** (8 - on)) / 3;
        return sum + (count - expected) ** 2 / expected;
      }, 0);
    };
    expect(chiSquare(sample, 0.3)).toBeLessThan(bound);
    // it can fail: a probability that is wrong by a twentieth
    expect(chiSquare(shifterPatterns({ cases, seed: 7, probability: 0.315 }), 0.3)).toBeGreaterThan(bound);
  });

  test("the seed decides", () => {
    const one = (seed: number) => shifterPatterns({ bits: 5, cases: 40, seed });
    expect(one(3)).toEqual(one(3));
    expect(one(3).levels).not.toEqual(one(4).levels);
    expect(one(3)).toMatchObject({ name: "shifter:5, 40 cases of seed 3", cases: 40, units: 13 });
  });
});

test.each<[() => unknown, string]>([
  [() => allShifterPatterns(2), "option"],
  [() => allShifterPatterns(4.5), "option"],
  [() => allShifterPatterns(8, -0.1), "option"],
  [() => allShifterPatterns(8, Number.NaN), "option"],
  [() => allShifterPatterns(19), "size"],
  [() => shifterPatterns({ bits: 0, cases: 1, seed: 1 }), "option"],
  [() => shifterPatterns({ probability: 1.1, cases: 1, seed: 1 }), "option"],
  [() => shifterPatterns({ cases: 0, seed: 1 }), "option"],
  [() => shifterPatterns({ cases: 1.5, seed: 1 }), "option"],
  [() => shifterPatterns({ cases: 1, seed: -1 }), "option"],
  [() => shifterPatterns({ cases: 2 ** 40, seed: 1 }), "size"],
])("refuses %s", async (call, kind) => {
  expect((await refusal(call)).kind).toBe(kind);
});
