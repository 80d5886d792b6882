import { describe, expect, test } from "vitest";
import { effectiveSamples } from "#src/evaluate/batch-means.js";
import { stationaryDistribution, transitionMatrix } from "#src/evaluate/exact-network.js";
import { frequencyVariances } from "#src/evaluate/frequency-variances.js";
import { createNetwork } from "#src/machines/network.js";
import { randomStream } from "#src/random/stream.js";

const random = randomStream(5, "data");
const normals = (n: number) => Array.from({ length: n }, () => random.normal());

/** By all S^n paths of the chain. */
function byPaths(T: Float64Array, law: Float64Array, steps: number): Float64Array {
  const states = law.length;
  const squares = new Float64Array(states);
  for (let path = 0; path < states ** steps; path++) {
    const visits = new Float64Array(states);
    let [p, before, rest] = [1, -1, path];
    for (let t = 0; t < steps; t++) {
      const now = rest % states;
      rest = Math.floor(rest / states);
      p *= before < 0 ? (law[now] as number) : (T[before * states + now] as number);
      visits[now] += 1 / steps;
      before = now;
    }
    for (let s = 0; s < states; s++) squares[s] += p * (visits[s] - law[s]) ** 2;
  }
  return squares;
}

describe("the variance of frequencies", () => {
  for (const dynamics of ["glauber", "parallel"] as const) {
    test(`is that over all paths of an asymmetric network, ${dynamics}`, () => {
      const T = transitionMatrix(createNetwork(normals(4), normals(2)), dynamics);
      const law = stationaryDistribution(T);
      for (let steps = 1; steps <= 8; steps++) {
        const [got, expected] = [frequencyVariances(T, law, steps), byPaths(T, law, steps)];
        for (let s = 0; s < 4; s++) expect(got[s]).toBeCloseTo(expected[s], 13);
      }
    });
  }

  test("is π (1 − π) (1 + λ) / (1 − λ) / n of a long run of two states", () => {
    const [there, back, n] = [0.02, 0.05, 1_000_003];
    const T = Float64Array.of(1 - there, there, back, 1 - back);
    const law = stationaryDistribution(T);
    const λ = 1 - there - back;
    const independent = (law[0] * law[1]) / n;
    // (1 + λ) / (1 − λ), less 2 λ (1 − λⁿ) / n (1 − λ)² of a run that ends
    const factor = (1 + λ) / (1 - λ) - (2 * λ * (1 - λ ** n)) / (n * (1 - λ) ** 2);
    const variances = frequencyVariances(T, law, n);
    expect(variances[0] / independent).toBeCloseTo(factor, 6);
    expect(effectiveSamples(law, variances.map(Math.sqrt))).toBeCloseTo(n / factor, 2);
  });

  test("of independent draws is π (1 − π) / n", () => {
    const law = Float64Array.of(0.1, 0.2, 0.7);
    const T = Float64Array.from([...law, ...law, ...law]);
    const got = frequencyVariances(T, law, 17);
    for (let s = 0; s < 3; s++) expect(got[s]).toBeCloseTo((law[s] * (1 - law[s])) / 17, 14);
  });

  test("refuses what it cannot do", () => {
    const law = Float64Array.of(0.5, 0.5);
    const T = Float64Array.of(0.5, 0.5, 0.5, 0.5);
    for (const steps of [0, -1, 1.5, Number.NaN]) expect(() => frequencyVariances(T, law, steps)).toThrow(/at least 1/);
    expect(() => frequencyVariances(T.slice(1), law, 3)).toThrow(/S × S/);
    expect(() => frequencyVariances(new Float64Array(0), new Float64Array(300), 3)).toThrow(/at most 256/);
  });
});
