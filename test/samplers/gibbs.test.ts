import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Dataset } from "#src/data/dataset.js";
import type { Kernels } from "#src/kernels/kernels.js";
import { createKernels } from "#src/kernels/threads.js";
import { residentRbm } from "#src/machines/resident.js";
import { randomStream } from "#src/random/stream.js";
import { gibbsSampler } from "#src/samplers/gibbs.js";
import { allStates, codeOf, strongRbm, visibleDistribution } from "../oracles/enumerate.js";

const chains = 40_000;
const rbm = strongRbm(4, 3, 2, 1.5);
const exact = visibleDistribution(rbm);

/** Visible states drawn from the enumerated law: chains that start in equilibrium. */
function exactDraws(seed: number): Dataset {
  const random = randomStream(seed, "data");
  const states = allStates(4);
  const levels = new Uint8Array(chains * 4);
  for (let c = 0; c < chains; c++) {
    let u = random.uniform();
    let code = 0;
    while (code < exact.length - 1 && u >= exact[code]) u -= exact[code++];
    levels.set(
      states[code].map((bit) => 255 * bit),
      c * 4,
    );
  }
  return { name: "exact draws", cases: chains, units: 4, levels };
}

/** Total variation between the chains' histogram and the exact law, in units of its Monte Carlo expectation's bound. */
function drift(visible: Uint8Array): number {
  const counts = new Float64Array(16);
  for (let c = 0; c < chains; c++) counts[codeOf(visible.subarray(c * 4, c * 4 + 4))] += 1 / chains;
  const distance = exact.reduce((sum, p, code) => sum + Math.abs(p - counts[code]), 0) / 2;
  return distance / (exact.reduce((sum, p) => sum + Math.sqrt((p * (1 - p)) / chains), 0) / 2);
}

describe("block Gibbs leaves P(v) of a 4 × 3 RBM invariant, from exact draws", () => {
  let kernels: Kernels;
  beforeAll(async () => {
    kernels = await createKernels({ threads: 2 });
  });
  afterAll(() => kernels.dispose());

  test.each([1, 4, 16])("after %i sweeps: total variation below 3 Monte Carlo floors", (sweeps) => {
    const sampler = gibbsSampler(residentRbm(kernels, rbm), { start: exactDraws(sweeps) });
    const state = sampler.init(sweeps, chains);
    for (let s = 0; s < sweeps; s++) sampler.step(state);
    expect(drift(state.visible.read(chains))).toBeLessThan(3);
  });

  // the oracle must see bugs: wrong biases, one uniform for two units, a temperature
  test("planted bug: with the hidden bias of the wrong sign the drift is above 6 floors, twice what passes", () => {
    const wrong = { ...rbm, hiddenBias: rbm.hiddenBias.map((c) => -c) };
    const sampler = gibbsSampler(residentRbm(kernels, wrong), { start: exactDraws(1) });
    const state = sampler.init(1, chains);
    sampler.step(state);
    expect(drift(state.visible.read(chains))).toBeGreaterThan(6);
  });

  test("planted bug: sharing the visible draws of two sweeps' hidden units shows within 4 sweeps", () => {
    const { parameters } = residentRbm(kernels, rbm);
    const { weights, visibleBias, hiddenBias } = parameters;
    const visible = kernels.states(chains, 4);
    const hidden = kernels.states(chains, 3);
    kernels.clamp({
      ...exactDraws(9),
      rows: Uint32Array.from({ length: chains }, (_, i) => i),
      mode: "sample",
      draw: { seed: 9, purpose: "chainStart", step: 0 },
      out: visible,
    });
    for (let s = 0; s < 4; s++) {
      const draw = { seed: 9, purpose: "chainHidden", step: 0 } as const;
      kernels.conditional({ cases: chains, from: visible, weights, bias: hiddenBias, sample: hidden, draw });
      kernels.conditional({
        cases: chains,
        from: hidden,
        weights,
        transposed: true,
        bias: visibleBias,
        sample: visible,
        draw,
      });
    }
    expect(drift(visible.read(chains))).toBeGreaterThan(6);
  });

  test("chains: a seed repeats, another differs; more chains than starting cases are refused", () => {
    const run = (seed: number) => {
      const sampler = gibbsSampler(residentRbm(kernels, rbm));
      const state = sampler.init(seed, 100);
      for (let s = 0; s < 3; s++) sampler.step(state);
      return state.visible.read(100);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
    const few = { ...exactDraws(1), cases: 3 };
    expect(() => gibbsSampler(residentRbm(kernels, rbm), { start: few }).init(1, 4)).toThrow(
      "chains: got 4; expected at most 3",
    );
  });
});
