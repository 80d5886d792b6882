import { describe, expect, test } from "vitest";
import { momentsOfData, momentsOfModel } from "#cli/lessons/boltzmann-moments.js";
import { mostLogLikelihood } from "#cli/lessons/boltzmann-monitor.js";
import { createBoltzmann, type Dataset, exactMoments, fullConnections, randomStream } from "#src/index.js";

const data = (rows: number[][], full = 1): Dataset => ({
  name: "cases",
  cases: rows.length,
  units: rows[0]?.length ?? 0,
  levels: full === 1 ? Float32Array.from(rows.flat()) : Uint8Array.from(rows.flat()),
});

describe("moments of data", () => {
  test("of bits are averages over cases", () => {
    const { mean, pair, cases } = momentsOfData(
      data(
        [
          [255, 0, 255],
          [255, 255, 0],
        ],
        255,
      ),
      "sample",
    );
    expect(cases).toBe(2);
    expect([...(mean as Float64Array)]).toEqual([1, 0.5, 0.5]);
    expect([...(pair as Float64Array)]).toEqual([1, 0.5, 0.5, 0.5, 0.5, 0, 0.5, 0, 0.5]);
  });

  test("of grey levels are those of bits drawn from them, or thresholded", () => {
    const grey = data([
      [0.5, 0.25],
      [1, 0.75],
    ]);
    const { mean, pair } = momentsOfData(grey, "sample");
    expect([...(mean as Float64Array)]).toEqual([0.75, 0.5]);
    // (0.5 · 0.25 + 1 · 0.75) / 2
    expect([...(pair as Float64Array)]).toEqual([0.75, 0.4375, 0.4375, 0.5]);
    expect([...(momentsOfData(grey, "threshold").pair as Float64Array)]).toEqual([1, 0.5, 0.5, 0.5]);
  });
});

describe("moments of a model", () => {
  const units = 24;
  const visible = [3, 0, 1, 2, ...Array.from({ length: 16 }, (_, i) => 4 + i)];
  const random = randomStream(3, "data");
  const weights = new Float64Array(units * units);
  // blocks of four: enumerable, while the connections that learning has are all pairs, 2^24 terms
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) {
      if (Math.floor(i / 4) !== Math.floor(j / 4)) continue;
      weights[i * units + j] = 3 * random.normal();
      weights[j * units + i] = weights[i * units + j] as number;
    }
  }
  const machine = createBoltzmann(
    weights,
    Float64Array.from({ length: units }, () => random.normal()),
    { visible },
  );
  const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
    Array.from(a).reduce((most, x, at) => Math.max(most, Math.abs(x - (b[at] as number))), 0);
  const exactAt = (temperature: number) => {
    const { pair } = exactMoments(machine, temperature);
    return visible.flatMap((i) => visible.map((j) => pair[i * units + j] as number));
  };

  test("from chains where the exact sum is long: within 4.5 standard errors of 500 independent bits, at the run's temperature", async () => {
    const temperature = 2;
    const { pair, how } = await momentsOfModel(machine, fullConnections(units), { temperature, seed: 1 }, 1);
    expect(how).toBe("500 chains, cooled down to T in 1000 sweeps, 50 readings");
    const tolerance = 4.5 * Math.sqrt(0.25 / 500);
    expect(largest(pair, exactAt(temperature))).toBeLessThan(tolerance);
    // which tells temperatures apart
    expect(largest(pair, exactAt(1))).toBeGreaterThan(tolerance);
  });

  test("exact where it is short, in the order of the visible units", async () => {
    const connections = { units, pairs: Uint32Array.from([]) };
    const none = createBoltzmann(new Float64Array(units * units), machine.bias, { visible });
    const { mean, how } = await momentsOfModel(none, connections, { temperature: 1, seed: 1 }, 1);
    expect(how).toBe("exact");
    const expected = visible.map((i) => 1 / (1 + Math.exp(-(machine.bias[i] as number))));
    expect(largest(mean, expected)).toBeLessThan(1e-12);
  });
});

test("the most that a log-likelihood can be is minus the entropy of the cases", () => {
  const four = [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ];
  expect(mostLogLikelihood(data(four))).toBeCloseTo(-Math.log(4), 12);
  expect(
    mostLogLikelihood(
      data([
        [0, 0],
        [0, 0],
        [0, 0],
        [1, 1],
      ]),
    ),
  ).toBeCloseTo(0.75 * Math.log(0.75) - 0.25 * Math.log(4), 12);
  // thresholded, as they are monitored
  expect(
    mostLogLikelihood(
      data([
        [0.4, 0.6],
        [0.1, 0.9],
      ]),
    ),
  ).toBe(0);
  expect(
    mostLogLikelihood(
      data(
        [
          [127, 128],
          [0, 255],
        ],
        255,
      ),
    ),
  ).toBe(0);
});
