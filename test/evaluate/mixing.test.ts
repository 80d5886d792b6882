import { describe, expect, test } from "vitest";
import {
  boltzmannGibbs,
  type Dynamics,
  evolve,
  parallelLaw,
  stationaryDistribution,
  transitionMatrix,
} from "#src/evaluate/exact-network.js";
import { entropyProduction, mixingTime, spectralGap } from "#src/evaluate/mixing.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { fullConnections } from "#src/machines/connections.js";
import { createNetwork, type Network, unitInput } from "#src/machines/network.js";
import { stateOf } from "#src/math/states.js";
import { randomStream } from "#src/random/stream.js";
import { randomMachine, range } from "../oracles/small-machines.js";

const random = randomStream(19, "data");
const normals = (n: number, scale = 1) => Array.from({ length: n }, () => scale * random.normal());
const machine = randomMachine(fullConnections(5), range(5), 6, 1.2);
const asymmetric = createNetwork(normals(25, 1.2), normals(5));
/** Two wells, all on and all off, that are equally deep. */
const wells = createBoltzmann(
  range(25).map((at) => (at % 6 === 0 ? 0 : 1.5)),
  Array(5).fill(-3),
);
/** Weights that turn parallel dynamics to and fro between two halves. */
const seesaw = createBoltzmann([0, 0, -4, -4, 0, 0, -4, -4, -4, -4, 0, 0, -4, -4, 0, 0], [4.1, 4, 4, 4.2]);
const independent = createBoltzmann(new Float64Array(25), [0.3, -1, 2, 0.7, -0.2]);
const thereAndBack: Dynamics = { blocks: [0, 1, 2, 3, 4, 3, 2, 1, 0].map((j) => [j]) };

const largest = (a: readonly number[] | Float64Array, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])));

function product(A: Float64Array, B: Float64Array, S: number): Float64Array {
  return A.map((_, at) => {
    let sum = 0;
    for (let k = 0; k < S; k++) sum += A[Math.floor(at / S) * S + k] * B[k * S + (at % S)];
    return sum;
  });
}

/** lim ‖(T − 1πᵀ)^t‖^(1/t) at t = 2^45, by squaring: the second largest modulus, by no eigenvalue method. */
function bruteForce(T: Float64Array, law: ArrayLike<number>): number {
  const S = law.length;
  let B: Float64Array = T.map((p, at) => p - law[at % S]);
  let log = 0;
  for (let k = 0; k <= 45; k++) {
    const norm = Math.sqrt(B.reduce((sum, x) => sum + x * x, 0));
    if (norm === 0) return 0;
    log += Math.log(norm) / 2 ** k;
    B = B.map((x) => x / norm);
    B = product(B, B, S);
  }
  return Math.exp(log);
}

describe("spectral gap, known answers", () => {
  test.each([
    [0.3, 0.2],
    [0.9, 0.8],
    [1e-6, 3e-6],
    [0.5, 0.5],
  ])("two states that change with %d and %d: λ = 1 − a − b", (a, b) => {
    const got = spectralGap(Float64Array.of(1 - a, a, b, 1 - b), [b / (a + b), a / (a + b)]);
    expect(got.secondEigenvalue).toBeCloseTo(Math.abs(1 - a - b), 14);
    expect(got.gap).toBeCloseTo(1 - Math.abs(1 - a - b), 14);
    expect(got.reversible).toBe(true);
    expect(got.relaxationTime * -Math.log(got.secondEigenvalue) || 1).toBeCloseTo(1, 12);
  });

  test("independent units: Glauber 1 / N, as its eigenvalues are 1 − k / N; parallel and sequential forget at once", () => {
    const law = boltzmannGibbs(independent);
    expect(spectralGap(transitionMatrix(independent, "glauber"), law).gap).toBeCloseTo(1 / 5, 13);
    for (const dynamics of ["parallel", "sequential"] as const) {
      const got = spectralGap(transitionMatrix(independent, dynamics), law);
      expect(got.gap).toBeCloseTo(1, 13);
      expect(got.relaxationTime).toBeLessThan(0.05);
    }
  });

  test("two machines side by side under Glauber dynamics, 1024 states: min (N₁ γ₁, N₂ γ₂) / N", () => {
    const weights = new Float64Array(100);
    for (let at = 0; at < 25; at++) {
      weights[Math.floor(at / 5) * 10 + (at % 5)] = machine.weights[at];
      weights[(Math.floor(at / 5) + 5) * 10 + (at % 5) + 5] = wells.weights[at];
    }
    const both = createBoltzmann(weights, [...machine.bias, ...wells.bias]);
    const gaps = [machine, wells].map((one) => spectralGap(transitionMatrix(one, "glauber"), boltzmannGibbs(one)).gap);
    const got = spectralGap(transitionMatrix(both, "glauber"), boltzmannGibbs(both));
    expect(got.gap).toBeCloseTo(Math.min(...gaps) / 2, 12);
  });

  test("a chain that alternates for ever has no gap; a lazy round of n has |λ| = cos(π / n)", () => {
    expect(spectralGap(Float64Array.of(0, 1, 1, 0), [0.5, 0.5])).toMatchObject({ gap: 0, relaxationTime: Infinity });
    const n = 12;
    const T = Float64Array.from({ length: n * n }, (_, at) => {
      const ahead = ((at % n) - Math.floor(at / n) + n) % n;
      return ahead <= 1 ? 0.5 : 0;
    });
    const got = spectralGap(T, new Float64Array(n).fill(1 / n));
    expect(got.reversible).toBe(false);
    expect(got.secondEigenvalue).toBeCloseTo(Math.cos(Math.PI / n), 13);
    expect(got.mixingTimeBounds).toBeUndefined();
  });
});

describe("spectral gap against powers of T", () => {
  const cases: [string, Network, Dynamics, number, boolean][] = [
    ["Glauber", machine, "glauber", 1, true],
    ["parallel", machine, "parallel", 1, true],
    ["parallel to and fro, λ near −1", seesaw, "parallel", 0.5, true],
    ["sequential", machine, "sequential", 1, false],
    ["a sweep there and back", machine, thereAndBack, 0.7, true],
    ["blocks", machine, { blocks: [[0, 1], [2, 3], [4]] }, 1, false], // biome-ignore format: one line
    ["two wells", wells, "glauber", 1, true],
    ["two wells, cold", wells, "glauber", 0.3, true],
    ["two wells, cold, sweeps", wells, "sequential", 0.3, false],
    ["asymmetric, Glauber", asymmetric, "glauber", 1, false],
    ["asymmetric, parallel", asymmetric, "parallel", 0.5, false],
    ["asymmetric, sequential", asymmetric, "sequential", 0.5, false],
  ];
  test.each(cases)("%s", (_, network, dynamics, temperature, reversible) => {
    const T = transitionMatrix(network, dynamics, temperature);
    const law = stationaryDistribution(T);
    const got = spectralGap(T, law);
    expect(got.reversible).toBe(reversible);
    expect(Math.abs(got.secondEigenvalue - bruteForce(T, law))).toBeLessThan(1e-11);
    expect(got.gap).toBe(1 - got.secondEigenvalue);
    expect(got.relaxationTime).toBeCloseTo(-1 / Math.log(got.secondEigenvalue), 12);
  });
});

describe("mixing time", () => {
  /** By taking steps. */
  function stepByStep(T: Float64Array, law: Float64Array, epsilon: number): number {
    const S = law.length;
    let starts = range(S).map((s) => Float64Array.from(law, (_, r) => Number(r === s)));
    const far = () => Math.max(...starts.map((p) => p.reduce((sum, x, r) => sum + Math.abs(x - law[r]), 0) / 2));
    let t = 0;
    for (; far() > epsilon; t++) starts = starts.map((p) => Float64Array.from(evolve(T, p)));
    return t;
  }

  test.each<[string, Network, Dynamics, number]>([
    ["Glauber", machine, "glauber", 1],
    ["parallel", machine, "parallel", 1],
    ["sequential", machine, "sequential", 1],
    ["two wells", wells, "glauber", 1],
    ["to and fro", seesaw, "parallel", 1],
    ["asymmetric", asymmetric, "parallel", 1],
    ["independent", independent, "parallel", 1],
  ])("%s: as many steps as it takes", (_, network, dynamics, temperature) => {
    const T = transitionMatrix(network, dynamics, temperature);
    const law = stationaryDistribution(T);
    for (const epsilon of [0.25, 0.1, 0.9]) {
      expect(mixingTime(T, law, epsilon)).toBe(stepByStep(T, law, epsilon));
    }
  });

  test("two slow states: d(t) = max π (1 − a − b)^t", () => {
    for (const [a, b] of [
      [1e-7, 2e-7],
      [3e-4, 1e-4],
      [0.2, 0.3],
    ]) {
      const law = [b / (a + b), a / (a + b)];
      const expected = Math.ceil(Math.log(0.25 / Math.max(...law)) / Math.log(1 - a - b));
      expect(mixingTime(Float64Array.of(1 - a, a, b, 1 - b), law) / expected).toBeCloseTo(1, 8);
    }
    expect(mixingTime(Float64Array.of(0, 1, 1, 0), [0.5, 0.5])).toBe(Number.POSITIVE_INFINITY);
    expect(mixingTime(Float64Array.of(0, 1, 1, 0), [0.5, 0.5], 0.5)).toBe(0);
  });

  test("lies between the bounds, which lie within (1/γ − 1) ln 2 and ln(4 / π_min) / γ", () => {
    for (const [network, dynamics] of [
      [machine, "glauber"],
      [machine, "parallel"],
      [wells, "glauber"],
      [seesaw, "parallel"],
      [independent, "glauber"],
    ] as const) {
      // biome-ignore format: one line
      for (const temperature of [0.5, 1, 2]) {
        const T = transitionMatrix(network, dynamics, temperature);
        const law = dynamics === "glauber" ? boltzmannGibbs(network, temperature) : parallelLaw(network, temperature);
        const { gap, mixingTimeBounds } = spectralGap(T, law);
        const { least, most } = mixingTimeBounds as { least: number; most: number };
        const t = mixingTime(T, law);
        expect(t).toBeGreaterThanOrEqual(least * (1 - 1e-9));
        expect(t).toBeLessThanOrEqual(Math.ceil(most * (1 + 1e-9)));
        expect(least).toBeGreaterThanOrEqual((1 / gap - 1) * Math.LN2 * (1 - 1e-9));
        expect(most).toBeLessThanOrEqual((Math.log(4 / Math.min(...law)) / gap) * (1 + 1e-9));
      }
    }
  });
});

describe("entropy production", () => {
  const chain = (network: Network, dynamics: Dynamics, temperature: number) => {
    const T = transitionMatrix(network, dynamics, temperature);
    return { T, law: stationaryDistribution(T) };
  };
  const produced = (network: Network, dynamics: Dynamics, temperature = 1) => {
    const { T, law } = chain(network, dynamics, temperature);
    return entropyProduction(T, law);
  };

  test("is 0 with detailed balance: symmetric weights, Glauber or parallel or there and back; also with a diagonal", () => {
    for (const temperature of [0.4, 1, 3]) {
      for (const dynamics of ["glauber", "parallel", thereAndBack] as const) {
        expect(Math.abs(produced(machine, dynamics, temperature))).toBeLessThan(1e-24);
      }
    }
    const diagonal = createNetwork(
      machine.weights.map((w, at) => (at % 6 === 0 ? 0.8 : w)),
      machine.bias,
    );
    expect(Math.abs(produced(diagonal, "parallel"))).toBeLessThan(1e-24);
  });

  test("is positive without: asymmetric weights, and sweeps one way", () => {
    for (const dynamics of ["glauber", "parallel", "sequential"] as const) {
      expect(produced(asymmetric, dynamics)).toBeGreaterThan(1e-3);
    }
    expect(produced(machine, "sequential")).toBeGreaterThan(1e-3);
    // a little asymmetry a: a² of it
    const nearly = (a: number) => {
      const weights = machine.weights.slice();
      weights[1] += a;
      return produced(createNetwork(weights, machine.bias), "glauber");
    };
    expect(nearly(1e-3) / nearly(1e-4)).toBeCloseTo(100, 0);
  });

  test.each([0.5, 1, 2.5])("parallel, T = %d: (1/T) Σ_ij (M_ij − M_ji) ⟨s_i(t) s_j(t + 1)⟩", (temperature) => {
    const { T, law } = chain(asymmetric, "parallel", temperature);
    const M = asymmetric.weights;
    const formula = (sign: number) => {
      let sum = 0;
      law.forEach((p, from) => {
        for (let to = 0; to < 32; to++) {
          for (let i = 0; i < 5; i++) {
            for (let j = 0; j < 5; j++) {
              if ((from >> i) & (to >> j) & 1) sum += p * T[from * 32 + to] * (M[i * 5 + j] - M[j * 5 + i]) * sign;
            }
          }
        }
      });
      return sum / temperature;
    };
    expect(entropyProduction(T, law) / formula(1)).toBeCloseTo(1, 11);
    // the planted error: the transposed weights would give the negative of it
    expect(formula(-1)).toBeLessThan(0);
  });

  test.each([0.5, 1, 2.5])("Glauber, T = %d: the mean over units of ⟨(s′_i − s_i) x_i⟩ / T", (temperature) => {
    // a unit that acts on itself would have x_i change with it
    const network = createNetwork(
      asymmetric.weights.map((w, at) => (at % 6 === 0 ? 0 : w)),
      asymmetric.bias,
    );
    const { T, law } = chain(network, "glauber", temperature);
    let sum = 0;
    law.forEach((p, code) => {
      const s = stateOf(code, 5);
      for (let i = 0; i < 5; i++) {
        const x = unitInput(network, s, i) / temperature;
        sum += (p * (1 / (1 + Math.exp(-x)) - s[i]) * x) / 5;
      }
    });
    expect(entropyProduction(T, law) / sum).toBeCloseTo(1, 11);
  });

  test("a step that cannot be taken back costs infinitely much", () => {
    const round = Float64Array.of(0, 1, 0, 0, 0, 1, 1, 0, 0);
    expect(entropyProduction(round, [1 / 3, 1 / 3, 1 / 3])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("refused", () => {
  const T = transitionMatrix(machine, "parallel");
  const uniform = (n: number) => new Float64Array(n).fill(1 / n);
  /** Half stay, half go on. */
  const lazyRound = (n: number, back: boolean) => {
    const matrix = new Float64Array(n * n);
    for (let s = 0; s < n; s++) {
      matrix[s * n + s] = 0.5;
      matrix[s * n + ((s + 1) % n)] += back ? 0.25 : 0.5;
      if (back) matrix[s * n + ((s + n - 1) % n)] += 0.25;
    }
    return matrix;
  };

  test("another chain's law: the Boltzmann–Gibbs law of parallel dynamics, and what is no law", () => {
    const gibbs = boltzmannGibbs(machine);
    for (const from of [spectralGap, mixingTime, entropyProduction]) {
      expect(() => from(T, gibbs)).toThrow(/expected the law that the matrix leaves as it is. stationaryDistribution/);
      expect(() =>
        from(
          T,
          parallelLaw(machine).map((p) => 2 * p),
        ),
      ).toThrow(/a law with the sum (2|1.99999)/);
      expect(() => from(T, uniform(16))).toThrow(/got a law of 16 states for a matrix of 1024 numbers/);
    }
    expect(largest(evolve(T, gibbs), gibbs)).toBeGreaterThan(1e-3);
  });

  test("too many states, and an ε that is none", () => {
    expect(() => spectralGap(lazyRound(2048, false), uniform(2048))).toThrow(
      "spectralGap: got 2048 states; expected at most 1024, as detailed balance does not hold. Take a smaller network.",
    );
    expect(() => mixingTime(lazyRound(1024, true), uniform(1024))).toThrow(/got 1024 states; expected at most 512/);
    expect(() => mixingTime(T, parallelLaw(machine), 1)).toThrow(/epsilon: got 1; expected a number between 0 and 1/);
  });
});
