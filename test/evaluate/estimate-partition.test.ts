import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { annealedImportanceSampling, forwardEstimate } from "#src/evaluate/ais.js";
import { withAnnealing } from "#src/evaluate/annealing.js";
import { baseFromData } from "#src/evaluate/base-rates.js";
import { type LogPartition, logPartition } from "#src/evaluate/estimate-partition.js";
import { exactVisibleStates } from "#src/evaluate/exact-draws.js";
import { exactLogPartition } from "#src/evaluate/log-partition.js";
import { reverseEstimate } from "#src/evaluate/reverse-ais.js";
import { linearTemperatures } from "#src/evaluate/temperatures.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { createBoltzmann } from "#src/machines/boltzmann.js";
import { createRbm, type Rbm } from "#src/machines/rbm.js";
import { mean, variance } from "#src/math/statistics.js";
import { randomStream } from "#src/random/stream.js";
import { strongRbm } from "../oracles/enumerate.js";

let kernels: Kernels;
beforeAll(async () => {
  kernels = await createKernels();
});
afterAll(() => kernels.dispose());

const random = randomStream(77, "data");
const size = () => 2 + random.index(9);

/** How many standard errors each of the three estimates is from the truth. */
function scores({ forward, reverse, combined }: LogPartition, truth: number): number[] {
  return [forward, reverse, combined].map(
    (e) => ((e as { value: number }).value - truth) / (e as { error: number }).error,
  );
}

describe("against exact log Z", () => {
  // |z| > 3 has probability 0.27 %: of 200, four or more would come once in 400 times
  test("200 random RBMs: forward, reverse and combined estimates are beyond 3 standard errors in at most 3 of 200", async () => {
    const far = [0, 0, 0];
    for (let n = 0; n < 200; n++) {
      const rbm = strongRbm(size(), size(), n, 0.3 + 1.2 * random.uniform());
      const options = { method: "ais", chains: 100, temperatures: 60, seed: n, kernels } as const;
      scores(await logPartition(rbm, options), exactLogPartition(rbm)).forEach((z, i) => {
        if (!(Math.abs(z) <= 3)) far[i]++;
      });
    }
    for (const count of far) expect(count).toBeLessThanOrEqual(3);
  });

  test("50 random general machines: beyond 3 standard errors in at most 1 of 50", async () => {
    const far = [0, 0, 0];
    for (let n = 0; n < 50; n++) {
      const units = 3 + random.index(5);
      const weights = Array.from({ length: units ** 2 }, () => (0.3 + 0.9 * random.uniform()) * random.normal());
      const bias = Array.from({ length: units }, () => random.normal());
      const machine = createBoltzmann(weights, bias, { symmetrize: true });
      const options = { method: "ais", chains: 100, temperatures: 30, seed: n, kernels } as const;
      const { value } = await logPartition(machine);
      scores(await logPartition(machine, options), value).forEach((z, i) => {
        if (!(Math.abs(z) <= 3)) far[i]++;
      });
    }
    for (const count of far) expect(count).toBeLessThanOrEqual(1);
  });

  test("planted bug: weights of the wrong sign's path put a 10 × 8 machine's estimates beyond 3 errors", async () => {
    const rbm = strongRbm(10, 8, 3, 1);
    const wrong = { ...rbm, hiddenBias: rbm.hiddenBias.map((c) => -c) };
    const estimate = await logPartition(wrong, { method: "ais", chains: 200, temperatures: 100, kernels });
    for (const z of scores(estimate, exactLogPartition(rbm))) expect(Math.abs(z)).toBeGreaterThan(3);
  });
});

/** Random weights, and the biases with which v → 1 − v, h → 1 − h changes no energy: no independent units come near it. */
function balanced(visible: number, hidden: number, seed: number, scale: number): Rbm {
  const rbm = strongRbm(visible, hidden, seed, scale);
  rbm.visibleBias.fill(0);
  rbm.hiddenBias.fill(0);
  rbm.weights.forEach((w, at) => {
    rbm.visibleBias[Math.floor(at / hidden)] -= w / 2;
    rbm.hiddenBias[at % hidden] -= w / 2;
  });
  return rbm;
}

test("few steps: forward estimates are too low on average, reverse ones from exact draws too high, by 4.5 standard errors", async () => {
  const rbm = balanced(9, 7, 4, 2);
  const truth = exactLogPartition(rbm);
  const [below, above]: number[][] = [[], []];
  for (let seed = 0; seed < 300; seed++) {
    const states = exactVisibleStates(rbm, 2, seed);
    const options = { temperatures: 3, seed, kernels };
    const [forward, reverse] = await withAnnealing(rbm, options, 2, function* (chains, betas) {
      return [yield* forwardEstimate(chains, betas, 2, seed), yield* reverseEstimate(chains, betas, states, seed)];
    });
    below.push((forward as { value: number }).value - truth);
    above.push((reverse as { value: number }).value - truth);
  }
  const z = (x: number[]) => mean(x) / Math.sqrt(variance(x) / x.length);
  expect(z(below)).toBeLessThan(-4.5);
  expect(z(above)).toBeGreaterThan(4.5);
});

/** The two machines side by side, with no weight between them. */
function side(a: Rbm, b: Rbm): Rbm {
  const joined = createRbm(a.visible + b.visible, a.hidden + b.hidden);
  for (let i = 0; i < a.visible; i++)
    for (let j = 0; j < a.hidden; j++) joined.weights[i * joined.hidden + j] = a.weights[i * a.hidden + j];
  for (let i = 0; i < b.visible; i++)
    for (let j = 0; j < b.hidden; j++)
      joined.weights[(a.visible + i) * joined.hidden + a.hidden + j] = b.weights[i * b.hidden + j];
  joined.visibleBias.set([...a.visibleBias, ...b.visibleBias]);
  joined.hiddenBias.set([...a.hiddenBias, ...b.hiddenBias]);
  return joined;
}

describe("machines too large to sum", () => {
  test("two of 18 × 18 units side by side: log Z adds, within 4 standard errors; the bracket holds it and nothing is doubtful", async () => {
    const [a, b] = [strongRbm(18, 18, 5, 0.5), strongRbm(18, 18, 6, 0.5)];
    const truth = exactLogPartition(a) + exactLogPartition(b);
    const estimate = await logPartition(side(a, b), { chains: 300, seed: 2, kernels });
    expect(estimate.method).toBe("ais");
    for (const z of scores(estimate, truth)) expect(Math.abs(z)).toBeLessThan(4);
    expect(estimate.lower).toBeLessThan(truth);
    expect(estimate.upper).toBeGreaterThan(truth);
    expect(estimate.upper - estimate.lower).toBeLessThan(0.3);
    expect(estimate.warnings).toEqual([]);
    expect(estimate.starts).toMatchObject({ exact: false });
  });

  test("log Z = 10,000 does not overflow", async () => {
    const rbm = createRbm(100, 30);
    rbm.visibleBias.fill(100);
    const { value, combined, lower, upper } = await logPartition(rbm, { chains: 50, temperatures: 200, kernels });
    const truth = 10_000 + 30 * Math.LN2;
    expect(Math.abs(value - truth)).toBeLessThan(4 * (combined?.error as number));
    expect(combined?.error).toBeLessThan(0.1);
    expect(lower).toBeLessThanOrEqual(truth);
    expect(upper).toBeGreaterThanOrEqual(truth);
  });

  test("the same bits on 1 to 4 threads, adaptive temperatures and all", async () => {
    const rbm = strongRbm(40, 30, 7, 0.4);
    const all: LogPartition[] = [];
    for (const threads of [1, 2, 3, 4]) all.push(await logPartition(rbm, { chains: 20, seed: 5, threads }));
    for (const other of all) expect(other).toEqual(all[0]);
    expect((await logPartition(rbm, { chains: 20, seed: 6 })).value).not.toBe(all[0].value);
  });

  test("the reference kernels give the same weights, within 1e-3 nats", async () => {
    const rbm = strongRbm(14, 9, 7, 0.5);
    const options = { method: "ais", chains: 20, temperatures: 20, seed: 5 } as const;
    const ours = await logPartition(rbm, { ...options, kernels });
    const theirs = await logPartition(rbm, { ...options, implementation: "reference" });
    for (const direction of ["forward", "reverse"] as const) {
      ours[direction]?.logWeights.forEach((x, n) => {
        expect(Math.abs(x - (theirs[direction]?.logWeights[n] as number))).toBeLessThan(1e-3);
      });
    }
  });

  test("a path that is too short is said to be so, in words; and its bracket still holds log Z", async () => {
    const rbm = balanced(30, 20, 9, 1.5);
    const truth = exactLogPartition(rbm);
    const estimate = await logPartition(rbm, { method: "ais", chains: 50, temperatures: 10, seed: 1, kernels });
    const words = estimate.warnings.join("\n");
    expect(words).toMatch(
      /The forward log weights spread by \d+\.\d\d nats \(1 is trusted\): \d+\.\d of 50 chains carry/,
    );
    expect(words).toMatch(/The bracket is \d+\.\d nats wide\. Use more chains/);
    expect(estimate.lower).toBeLessThan(truth);
    expect(estimate.upper).toBeGreaterThan(truth);
    expect(Number.isFinite(estimate.lower) && Number.isFinite(estimate.upper)).toBe(true);
  });

  test("chains that cannot cross between two modes are said not to have mixed", async () => {
    // two modes, all on and all off, and a wall between them
    const rbm = createRbm(30, 30);
    rbm.weights.fill(1.2);
    rbm.visibleBias.fill(-18);
    rbm.hiddenBias.fill(-18);
    const short = { chains: 40, temperatures: 20, mostSettlingSweeps: 100, seed: 3, kernels };
    expect((await logPartition(rbm, short)).warnings.join("\n")).toMatch(/have not mixed \(R̂ = /);
  });
});

describe("what is exact is summed", () => {
  test("small machines, with no bracket; the larger layer does not matter", async () => {
    const rbm = strongRbm(200, 6, 1, 0.2);
    const value = exactLogPartition(rbm);
    expect(await logPartition(rbm)).toEqual({ value, lower: value, upper: value, method: "exact", warnings: [] });
    await expect(logPartition(createRbm(30, 26), { method: "exact" })).rejects.toThrow("expected at most 25 units");
  });
});

describe("refused", () => {
  const rbm = createRbm(30, 30);
  const data = { name: "narrow", cases: 1, units: 29, levels: new Uint8Array(29) };
  const broken = { ...rbm, visibleBias: new Float32Array(30).fill(Number.NaN) };
  test.each<[string, Parameters<typeof logPartition>, string]>([
    ["no chains", [rbm, { chains: 0 }], "chains: got 0; expected a whole number, at least 1"],
    ["half a chain", [rbm, { chains: 1.5 }], "chains: got 1.5"],
    ["no temperatures", [rbm, { temperatures: 0 }], "temperatures: got 0; expected a whole number of steps"],
    ["β that do not start at 0", [rbm, { temperatures: [0.1, 1] }], "temperatures: got a first one of 0.1; expected"],
    ["β that do not end at 1", [rbm, { temperatures: [0, 0.5] }], "temperatures: got a last one of 0.5; expected"],
    ["β that fall", [rbm, { temperatures: [0, 0.6, 0.5, 1] }], "temperatures: got 0.5 after 0.6; expected inverse"],
    ["a single β", [rbm, { temperatures: [0] }], "temperatures: got 1 of them; expected"],
    ["no settling", [rbm, { mostSettlingSweeps: 0 }], "most settling sweeps: got 0"],
    ["data of another width", [rbm, { data }], "annealing: data: got narrow with 29 units a case; expected 30"],
    ["a seed that is none", [rbm, { seed: -1 }], "seed: got -1"],
    [
      "an exact sum over 30 units, which names AIS",
      [rbm, { method: "exact" }],
      "exactLogPartition: got 30 units, 2^30 states; expected at most 25 units. Estimate it by annealed importance sampling (AIS)",
    ],
    ["NaN among the parameters", [broken, {}], "annealing: got NaN among the parameters; expected finite"],
  ])("%s", async (_, given, message) => {
    await expect(logPartition(...given)).rejects.toThrow(message);
  });
});

test("log Z_β on the way: that of the RBM with β W, β c and (1 − β) a⁰ + β b, within 5 errors of the whole path", async () => {
  const rbm = strongRbm(8, 6, 3, 1);
  const levels = new Uint8Array(8).fill(255, 0, 3);
  const data = { name: "one", cases: 1, units: 8, levels };
  const { logits } = baseFromData(data);
  const { path, error, value } = await annealedImportanceSampling(rbm, {
    data,
    chains: 300,
    temperatures: 200,
    kernels,
  });
  expect(path.betas).toHaveLength(101);
  expect([path.betas[0], path.betas[50], path.betas[100]]).toEqual([0, 0.5, 1]);
  expect(path.logPartitions[100]).toBeCloseTo(value, 10);
  path.betas.forEach((beta, k) => {
    const there: Rbm = {
      ...rbm,
      weights: rbm.weights.map((w) => beta * w),
      hiddenBias: rbm.hiddenBias.map((c) => beta * c),
      visibleBias: rbm.visibleBias.map((b, i) => (1 - beta) * logits[i] + beta * b),
    };
    expect(Math.abs(path.logPartitions[k] - exactLogPartition(there))).toBeLessThan(5 * error + 1e-5);
  });
});

test("a linear schedule is one: β_k = k / steps as float32", () => {
  expect([...linearTemperatures(4)]).toEqual([0, 0.25, 0.5, 0.75, 1]);
});
