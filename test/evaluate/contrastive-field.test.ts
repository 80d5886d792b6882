import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { contrastiveField } from "#src/evaluate/contrastive-field.js";
import { evolve, transitionMatrix } from "#src/evaluate/exact-network.js";
import { exactLikelihood, likelihoodGradient } from "#src/evaluate/likelihood-gradient.js";
import { parameterName, parameterVector } from "#src/evaluate/parameter-vector.js";
import { sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { train } from "#src/learn/train.js";
import { boltzmannFromRbm } from "#src/machines/boltzmann.js";
import { createRbm, freeEnergy, hiddenMean, type Rbm } from "#src/machines/rbm.js";
import { agreement, asymmetry, jacobian, pathIntegral, rectangle } from "#src/math/vector-field.js";
import { refusal } from "../data/refusal.js";
import { allStates, strongRbm } from "../oracles/enumerate.js";

const shape = { visible: 4, hidden: 3 };
const cases = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1];
const rbm = strongRbm(4, 3, 2);
const point = parameterVector(rbm);
const furthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - (b[i] as number))), 0);

describe("the exact gradient", () => {
  test("of the log-likelihood by its definition, to 1e-9", () => {
    const { logLikelihood, gradient } = exactLikelihood(shape, cases)(point);
    const byDefinition = (of: Rbm) => {
      const Z = allStates(4).reduce((sum, v) => sum + Math.exp(-freeEnergy(of, v)), 0);
      let sum = 0;
      for (let c = 0; c < 5; c++) sum -= freeEnergy(of, cases.slice(4 * c, 4 * c + 4));
      return sum / 5 - Math.log(Z);
    };
    expect(Math.abs(logLikelihood - byDefinition(rbm))).toBeLessThan(1e-12);
    const at = (n: number, shift: number) => {
      const moved = point.map((x, m) => (m === n ? x + shift : x));
      return exactLikelihood(shape, cases)(moved).logLikelihood;
    };
    const slopes = Array.from(point, (_, n) => (at(n, 1e-5) - at(n, -1e-5)) / 2e-5);
    expect(furthest(gradient, slopes)).toBeLessThan(1e-9);
  });
});

describe("the expected step of CD-k", () => {
  /** By the transition matrix of the whole network, from the data with any hidden states. */
  function byMatrix(k: number): Float64Array {
    const [visible, hidden] = [
      [0, 1, 2, 3],
      [4, 5, 6],
    ];
    const T = transitionMatrix(boltzmannFromRbm(rbm), { blocks: [hidden as number[], visible as number[]] });
    const start = new Float64Array(2 ** 7);
    for (let c = 0; c < 5; c++) {
      const code = [0, 1, 2, 3].reduce((sum, i) => sum + (cases[4 * c + i] as number) * 2 ** i, 0);
      start[code] = (start[code] as number) + 1 / 5;
    }
    const law = evolve(T, start, k);
    const step = new Float64Array(point.length);
    for (const [sign, p] of [
      [1, start],
      [-1, law],
    ] as const) {
      p.forEach((probability, code) => {
        const v = [0, 1, 2, 3].map((i) => (code >> i) & 1);
        const h = hiddenMean(rbm, v);
        const statistics = [...v.flatMap((x) => Array.from(h, (y) => x * y)), ...v, ...h];
        statistics.forEach((s, n) => {
          step[n] = (step[n] as number) + sign * probability * s;
        });
      });
    }
    return step;
  }

  test.each([1, 2, 7])("k = %i is that of the transition matrix, to 1e-12", (k) => {
    expect(furthest(contrastiveField(shape, cases, k)(point), byMatrix(k))).toBeLessThan(1e-12);
  });

  test("tends to the exact gradient, by the same factor each sweep in the end", () => {
    const gradient = likelihoodGradient(shape, cases)(point);
    const off = (k: number) => furthest(contrastiveField(shape, cases, k)(point), gradient);
    expect(off(1)).toBeGreaterThan(0.01);
    expect(off(400)).toBeLessThan(1e-12);
    // the second eigenvalue of the transition matrix
    expect(off(12) / off(11)).toBeCloseTo(off(10) / off(9), 2);
  });

  const chains = 60_000;

  /** The step that train() makes with CD-k from many copies of the cases, at rate 1. */
  async function measured(k: number): Promise<Float64Array> {
    const levels = Uint8Array.from({ length: chains * 4 }, (_, i) => 255 * (cases[i % cases.length] as number));
    const data = { name: "copies", cases: chains, units: 4, levels };
    const options = { epochs: 1, batchSize: chains, seed: 5, negative: contrastiveDivergence({ k }) };
    let after = point;
    for await (const { machine } of train(rbm, data, { ...options, threads: 1, optimizer: sgd({ rate: 1 }) })) {
      after = parameterVector(machine());
    }
    return after.map((x, n) => x - (point[n] as number));
  }

  // the wake side of all copies is exact; v_i P(h_j | v) lies in [0, 1], so that its deviation is at most ½
  const largestZ = (step: Float64Array, k: number) =>
    furthest(step, contrastiveField(shape, cases, k)(point)) / (0.5 / Math.sqrt(chains));

  test.each([1, 3])("k = %i is the mean of what the kernels do: |z| < 4.5 of 19 parameters", async (k) => {
    expect(largestZ(await measured(k), k)).toBeLessThan(4.5);
  });

  test("planted bug: one sweep too many shows as |z| > 9", async () => {
    expect(largestZ(await measured(2), 1)).toBeGreaterThan(9);
  });
});

describe("CD-1 is the gradient of no function [Sutskever and Tieleman 2010]", () => {
  const contrastive = contrastiveField(shape, cases);
  const gradient = likelihoodGradient(shape, cases);

  test("its Jacobian is not symmetric; that of the exact gradient is, to 1e-11", () => {
    expect(asymmetry(jacobian(gradient, point))).toBeLessThan(1e-11);
    expect(asymmetry(jacobian(contrastive, point))).toBeGreaterThan(0.05);
  });

  test("its integral round a rectangle is not 0, far beyond its error; that of the exact gradient is, to 1e-10", () => {
    const J = jacobian(contrastive, point);
    const n = point.length;
    const curl = ([p, q]: [number, number]) => (J[q * n + p] as number) - (J[p * n + q] as number);
    const pairs = Array.from({ length: n * n }, (_, at): [number, number] => [Math.floor(at / n), at % n]);
    const most = pairs.reduce((best, pair) => (Math.abs(curl(pair)) > Math.abs(curl(best)) ? pair : best));
    const loop = rectangle(point, most, [0.2, 0.2]);
    const round = pathIntegral(contrastive, loop);
    expect(Math.abs(round.value)).toBeGreaterThan(1e6 * round.error);
    // Green: the twist at the centre times the area, but for the fourth power of the sides
    expect(round.value / (0.04 * curl(most))).toBeCloseTo(1, 1);
    const none = pathIntegral(gradient, loop);
    expect(Math.abs(none.value)).toBeLessThan(1e-10);
    expect(none.error).toBeLessThan(1e-10);
  });

  test("nor with two units, where it points where the gradient points, only less far: by hand", () => {
    const one = { visible: 1, hidden: 1 };
    const quarter = [0, 0, 0, 1];
    const [w, b, c] = [1.7, -0.4, -1];
    const sigma = (x: number) => 1 / (1 + Math.exp(-x));
    // P(h | v) and P(v | h); λ is the second eigenvalue of the chain on v
    const [h0, h1, v0, v1] = [sigma(c), sigma(c + w), sigma(b), sigma(b + w)];
    const lambda = (h1 - h0) * (v1 - v0);
    const p = (Math.exp(b) * (1 + Math.exp(c + w))) / (1 + Math.exp(c) + Math.exp(b) * (1 + Math.exp(c + w)));
    const slope = [0.25 - p].flatMap((x) => [x * h1, x, x * (h1 - h0)]);
    const at = Float64Array.of(w, b, c);
    const exact = likelihoodGradient(one, quarter)(at);
    expect(furthest(exact, slope)).toBeLessThan(1e-15);
    for (const k of [1, 2, 5]) {
      const step = contrastiveField(one, quarter, k)(at);
      expect(
        furthest(
          step,
          slope.map((x) => (1 - lambda ** k) * x),
        ),
      ).toBeLessThan(1e-15);
      const { cosine, relativeBias, equalSigns } = agreement(step, exact);
      expect(equalSigns).toBe(1);
      expect(cosine).toBeCloseTo(1, 12);
      expect(relativeBias).toBeCloseTo(lambda ** k, 10);
    }
    const round = pathIntegral(contrastiveField(one, quarter), rectangle(Float64Array.of(2, 0, -1), [0, 1], [4, 4]));
    expect(round.value).toBeGreaterThan(0.8);
    expect(round.error).toBeLessThan(1e-12);
  });

  test("signs: all equal where the chain mixes, not all where it does not [Bengio and Delalleau 2009]", () => {
    const bars = barsAndStripes(2);
    const levels = Array.from(bars.levels, (x) => x / 255);
    const sizes = { visible: 4, hidden: 3 };
    const share = (scale: number, k: number) => {
      const vector = parameterVector(strongRbm(4, 3, 9, scale));
      const truth = likelihoodGradient(sizes, levels)(vector);
      return agreement(contrastiveField(sizes, levels, k)(vector), truth);
    };
    expect(share(0.1, 1).equalSigns).toBe(1);
    expect(share(4, 1).equalSigns).toBeLessThan(1);
    expect(share(4, 1).relativeBias).toBeGreaterThan(share(0.1, 1).relativeBias);
    expect(share(4, 10).relativeBias).toBeLessThan(share(4, 1).relativeBias);
  });
});

describe("what is refused", () => {
  test("too many units, no sweep, cases and parameters that do not fit", async () => {
    const { kind, message } = await refusal(() => contrastiveField({ visible: 16, hidden: 11 }, new Array(16).fill(0)));
    expect(kind).toBe("size");
    expect(message).toContain("16 × 11 units, 2^27 transitions; expected at most 26 units. Sample instead");
    expect((await refusal(() => contrastiveField(shape, cases, 0))).kind).toBe("option");
    expect((await refusal(() => contrastiveField(shape, [0, 1, 2, 0]))).kind).toBe("data");
    expect((await refusal(() => contrastiveField(shape, [0, 1, 1]))).kind).toBe("shape");
    const other = parameterVector(createRbm(3, 3));
    expect((await refusal(() => contrastiveField(shape, cases)(other))).message).toContain(
      "19, those of an RBM of 4 × 3",
    );
    expect((await refusal(() => likelihoodGradient(shape, cases)(other))).kind).toBe("shape");
  });

  test("parameters have names that say where they are", () => {
    const names = Array.from({ length: 19 }, (_, n) => parameterName(shape, n));
    expect([names[0], names[5], names[11], names[12], names[18]]).toEqual(["W 1,1", "W 2,3", "W 4,3", "b 1", "c 3"]);
  });
});
