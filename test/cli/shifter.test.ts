import { describe, expect, test } from "vitest";
import { recognize } from "#cli/experiments/shifter/recognition.js";
import { ruleNames, shape } from "#cli/experiments/shifter/rules.js";
import { runShifter } from "#cli/experiments/shifter/run.js";
import { allShifterPatterns } from "#src/data/shifter.js";
import { createKernels } from "#src/kernels/threads.js";
import { type Boltzmann, createBoltzmann } from "#src/machines/boltzmann.js";

const { bits, visible, hidden } = shape;
const units = visible + hidden;
const all = allShifterPatterns(bits);

/**
 * A machine made by hand: each hidden unit is on where a bit of V1, the bit of V2 that it is shifted to, and the unit of V3 for that
 * shift are all on. `turned` names another shift for each: the planted bug.
 */
function detectors(weight: number, turned = 0): Boltzmann {
  const M = new Float64Array(units * units);
  const bias = new Float64Array(units);
  const join = (i: number, j: number, w: number) => {
    M[i * units + j] = w;
    M[j * units + i] = w;
  };
  for (let unit = 0; unit < hidden; unit++) {
    const [i, way] = [unit % bits, Math.floor(unit / bits)];
    const j = visible + unit;
    join(i, j, weight);
    join(bits + ((i + way - 1 + bits) % bits), j, weight);
    join(2 * bits + ((way + turned) % 3), j, weight);
    bias[j] = -2.5 * weight;
  }
  // V3 would have one unit on, but not so strictly that annealing freezes
  for (let a = 0; a < 3; a++) for (let b = 0; b < a; b++) join(2 * bits + a, 2 * bits + b, -weight);
  for (let a = 0; a < 3; a++) bias[2 * bits + a] = -2;
  return createBoltzmann(M, bias, { visible: Array.from({ length: visible }, (_, i) => i) });
}

async function recognition(machine: Boltzmann) {
  const kernels = await createKernels({ threads: 1 });
  try {
    return recognize(kernels, machine, all, "tempered", 1);
  } finally {
    kernels.dispose();
  }
}

describe("recognition", () => {
  test("of a machine that knows, and of one that has learned it the wrong way round", async () => {
    const right = await recognition(detectors(5));
    expect(right.exact).toBeGreaterThan(0.7);
    expect(right.annealed).toBeGreaterThan(0.6);
    const wrong = await recognition(detectors(5, 1));
    expect(wrong.exact).toBeLessThan(0.1);
    expect(wrong.annealed).toBeLessThan(0.2);
  });

  test("of a machine that knows nothing, by hand: P = ⅛, KL = 19 ln 2 − H", async () => {
    const empty = createBoltzmann(new Float64Array(units ** 2), undefined, {
      visible: Array.from({ length: visible }, (_, i) => i),
    });
    const { exact, kl, annealed, byActivity } = await recognition(empty);
    expect(exact).toBeCloseTo(1 / 8, 12);
    const entropy = Math.log(3) - bits * (0.3 * Math.log(0.3) + 0.7 * Math.log(0.7));
    expect(kl).toBeCloseTo(visible * Math.LN2 - entropy, 9);
    // none is the likeliest
    expect(byActivity.every(({ likeliest }) => likeliest === 0)).toBe(true);
    // three units are each on in a binomial number of ten readings: P(the right one is on most often), by the sum
    const law = Array.from({ length: 11 }, (_, k) => (factorial(10) / (factorial(k) * factorial(10 - k))) * 2 ** -10);
    const below = (k: number) => law.slice(0, k).reduce((a, b) => a + b, 0);
    const most = law.reduce((sum, p, k) => sum + p * below(k) ** 2, 0);
    // weighted over 768 cases of four annealings: 4.5 standard errors
    const error = Math.sqrt((most * (1 - most) * all.probabilities.reduce((sum, p) => sum + p * p, 0)) / 4);
    expect(Math.abs(annealed - most)).toBeLessThan(4.5 * error);
  });

  test("nobody can tell shifts of none or all bits, nor which way alternating bits went", async () => {
    const { byActivity } = await recognition(detectors(1));
    expect(byActivity.map(({ cases }) => cases)).toEqual([1, 8, 28, 56, 70, 56, 28, 8, 1].map((n) => 3 * n));
    const best = byActivity.map((one) => one.best);
    expect(best[0]).toBeCloseTo(1 / 3, 12);
    expect(best[8]).toBeCloseTo(1 / 3, 12);
    // two of 70 patterns alternate: left and right are the same there, and none differs
    expect(best[4]).toBeCloseTo(1 - (2 * 2 * 0.5) / (3 * 70), 12);
    for (const k of [1, 2, 3, 5, 6, 7]) expect(best[k]).toBeCloseTo(1, 12);
  });
});

test.each(ruleNames)("%s: a machine begins to learn", async (rule) => {
  const { exact, kl, cycles, byActivity } = await runShifter({ rule, cycles: 1000, seed: 1, run: 0 }, () => {});
  expect(cycles).toBe(1000);
  // one machine that knows nothing has 1 / 8, one that knows only that V3 has one unit on 1 / 3
  expect(exact).toBeGreaterThan(0.45);
  expect(kl).toBeLessThan(7);
  expect(byActivity).toHaveLength(9);
});

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
