import { describe, expect, test } from "vitest";
import { createKernels } from "#src/kernels/threads.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { startPositive } from "#src/learn/rbm/phase.js";
import { freeEnergy, hiddenMean, type Rbm, visibleMean } from "#src/machines/rbm.js";
import { readRbm, residentRbm } from "#src/machines/resident.js";
import { allStates, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

const names = ["weights", "visibleBias", "hiddenBias"] as const;

/** Central difference of f at each parameter, in float64. */
function finiteDifference(rbm: Rbm, f: (rbm: Rbm) => number, h = 1e-4) {
  // float64 copies: a float32 parameter cannot move by 1e-4 exactly
  const copy = {
    ...rbm,
    weights: [...rbm.weights],
    visibleBias: [...rbm.visibleBias],
    hiddenBias: [...rbm.hiddenBias],
  };
  return names.map((name) =>
    copy[name].map((value, i) => {
      const at = (x: number): number => {
        copy[name][i] = x;
        return f(copy as unknown as Rbm);
      };
      const slope = (at(value + h) - at(value - h)) / (2 * h);
      copy[name][i] = value;
      return slope;
    }),
  );
}

/** The change of the parameters by one update of rate 1 from phases over the given visible states. */
async function changeBy(rbm: Rbm, positive: readonly Uint8Array[], negative: readonly Uint8Array[]) {
  const kernels = await createKernels();
  const { parameters } = residentRbm(kernels, rbm);
  const phase = (states: readonly Uint8Array[]) => {
    const visible = kernels.states(states.length, rbm.visible);
    visible.write(Uint8Array.from(states.flatMap((state) => [...state])));
    const hidden = kernels.field(states.length, rbm.hidden);
    kernels.conditional({
      cases: states.length,
      from: visible,
      weights: parameters.weights,
      bias: parameters.hiddenBias,
      mean: hidden,
    });
    return { cases: states.length, visible, hidden };
  };
  kernels.update({ parameters, positive: phase(positive), negative: phase(negative), rate: 1 });
  const after = readRbm(parameters);
  return names.map((name) => Array.from(after[name], (value, i) => value - rbm[name][i]));
}

describe("the update is the gradient", () => {
  const rbm = strongRbm(6, 4, 5);
  const states = allStates(6);
  const data = [3, 17, 17, 40, 63, 5, 6].map((code) => states[code]);

  test("of mean F(negative) − mean F(positive), by finite differences: relative error below 1e-5", async () => {
    const fantasy = [0, 9, 33, 62, 62].map((code) => states[code]);
    const mean = (of: Rbm, cases: typeof data) => cases.reduce((sum, v) => sum + freeEnergy(of, v), 0) / cases.length;
    const expected = finiteDifference(rbm, (of) => mean(of, fantasy) - mean(of, data)).flat();
    const got = (await changeBy(rbm, data, fantasy)).flat();
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((slope, i) => {
      expect(Math.abs(got[i] - slope) / scale).toBeLessThan(1e-5);
    });
  });

  test("of the log-likelihood, when the negative phase is the enumerated model: relative error below 2e-3 (histogram of 65,536)", async () => {
    // the model's law as a multiset of states, each as often as its probability rounds to
    const p = visibleDistribution(rbm);
    const fantasy = p.flatMap((probability, code) =>
      Array<Uint8Array>(Math.round(probability * 65_536)).fill(states[code]),
    );
    const logLikelihood = (of: Rbm): number => {
      const logZ = Math.log(states.reduce((sum, v) => sum + Math.exp(-freeEnergy(of, v)), 0));
      return data.reduce((sum, v) => sum - freeEnergy(of, v) - logZ, 0) / data.length;
    };
    const expected = finiteDifference(rbm, logLikelihood).flat();
    const got = (await changeBy(rbm, data, fantasy)).flat();
    const scale = Math.max(...expected.map(Math.abs));
    expected.forEach((slope, i) => {
      expect(Math.abs(got[i] - slope) / scale).toBeLessThan(2e-3);
    });
  });
});

describe("CD-k's negative phase has the enumerated expectation", () => {
  const rbm = strongRbm(3, 2, 8);
  const start = Uint8Array.of(1, 0, 1);
  const cases = 60_000;

  /** E[v hᵀ] after k sweeps from `start`, by enumeration. */
  function expected(k: number): number[] {
    let law = new Map([[start.join(""), 1]]);
    for (let sweep = 0; sweep < k; sweep++) {
      const next = new Map<string, number>();
      for (const [key, weight] of law) {
        const mean = hiddenMean(rbm, [...key].map(Number));
        for (const h of allStates(2)) {
          const ph = h.reduce((product, bit, j) => product * (bit ? mean[j] : 1 - mean[j]), weight);
          const back = visibleMean(rbm, h);
          for (const v of allStates(3)) {
            const pv = v.reduce((product, bit, i) => product * (bit ? back[i] : 1 - back[i]), ph);
            next.set(v.join(""), (next.get(v.join("")) ?? 0) + pv);
          }
        }
      }
      law = next;
    }
    const moments = new Array<number>(6).fill(0);
    for (const [key, weight] of law) {
      const v = [...key].map(Number);
      hiddenMean(rbm, v).forEach((mean, j) => {
        for (let i = 0; i < 3; i++) moments[i * 2 + j] += weight * v[i] * mean;
      });
    }
    return moments;
  }

  async function measured(k: number, dream: "probability" | "sample", chainOf = k): Promise<number[]> {
    const kernels = await createKernels({ threads: 2 });
    const { parameters } = residentRbm(kernels, rbm);
    const levels = Uint8Array.from({ length: cases * 3 }, (_, i) => 255 * start[i % 3]);
    const data = { name: "one state", cases, units: 3, levels };
    const context = { kernels, parameters, data, seed: 11, batchSize: cases };
    const batch = { data, rows: Uint32Array.from({ length: cases }, (_, i) => i), update: 0 };
    const positive = startPositive(context, { clamp: "sample", wake: "probability" })(batch);
    const { visible, hidden } = contrastiveDivergence({ k: chainOf, dream }).start(context).expect(batch, positive);
    const [v, h] = [visible.read(cases), hidden.read(cases)];
    kernels.dispose();
    return Array.from({ length: 6 }, (_, at) => {
      const [i, j] = [at >> 1, at & 1];
      let sum = 0;
      for (let b = 0; b < cases; b++) sum += v[b * 3 + i] * h[b * 2 + j];
      return sum / cases;
    });
  }

  const largestZ = (got: number[], want: number[]) =>
    Math.max(...got.map((value, i) => Math.abs(value - want[i]) / Math.sqrt(0.25 / cases)));

  test.each([1, 2, 5])("k = %i, hidden probabilities and samples: |z| < 4.5", async (k) => {
    expect(largestZ(await measured(k, "probability"), expected(k))).toBeLessThan(4.5);
    expect(largestZ(await measured(k, "sample"), expected(k))).toBeLessThan(4.5);
  });

  test("planted bug: one sweep too many shows as |z| > 9", async () => {
    expect(largestZ(await measured(1, "probability", 2), expected(1))).toBeGreaterThan(9);
  });
});
