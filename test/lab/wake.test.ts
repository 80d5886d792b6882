import { describe, expect, test } from "vitest";
import {
  createKernels,
  dataMoments,
  exactFree,
  exactHidden,
  initializeBoltzmann,
  klDivergence,
  sgd,
  stateEnergy,
  stateOf,
  train,
  visibleDistribution,
} from "#src/index.js";
import { emptyCurve, isRecorded, recorded } from "../../lab/engine/curve.js";
import { start } from "../../lab/pages/wake/engine.js";
import { caseCount, commandOf, fields, parity, presets, reduced, type Settings } from "../../lab/pages/wake/fields.js";
import { casesOf } from "../../lab/pages/wake/machine.js";

const initial = Object.fromEntries(
  Object.entries(fields).map(([name, { initial: value }]) => [name, value]),
) as unknown as Settings;

async function ran(ticks: number, settings: Partial<Settings>) {
  const engine = await start({ ...initial, ...settings });
  for (let tick = 0; tick < ticks; tick++) expect(await engine.advance()).toBe(true);
  return engine;
}

/** KL by a sum over all states of all units, from the view's weights. */
function divergence({
  units,
  visible,
  weights,
  target,
}: Awaited<ReturnType<typeof ran>> extends { view(): infer V } ? V & { target: Float64Array } : never) {
  const bias = Float64Array.from({ length: units }, (_, i) => weights[i * units + i] as number);
  const M = weights.map((w, at) => (at % (units + 1) === 0 || Number.isNaN(w) ? 0 : w));
  const law = new Float64Array(2 ** visible);
  for (let code = 0; code < 2 ** units; code++) {
    const e = Math.exp(-stateEnergy({ kind: "network", units, weights: M, bias } as never, stateOf(code, units)));
    law[code % law.length] = (law[code % law.length] as number) + e;
  }
  const Z = law.reduce((a, b) => a + b, 0);
  return target.reduce((sum, p, v) => (p > 0 ? sum + p * Math.log((p * Z) / (law[v] as number)) : sum), 0);
}

describe("wake and dream", () => {
  test("its run is the library's own training", async () => {
    const engine = await ran(60, {});
    const data = casesOf(parity(3));
    const kernels = await createKernels({ threads: 1 });
    let machine = initializeBoltzmann(data, { hidden: 4, seed: 1 });
    for await (const report of train(machine, data, {
      positive: exactHidden(),
      negative: exactFree(),
      clamp: "threshold",
      epochs: 60,
      optimizer: sgd({ rate: 0.5, momentum: 0.9 }),
      seed: 1,
      kernels,
    }))
      if (report.done) machine = report.machine();
    const { weights, units, kl, model } = engine.view();
    expect([...weights].filter((_, at) => at % (units + 1) !== 0)).toEqual(
      [...machine.weights].filter((_, at) => at % (units + 1) !== 0),
    );
    expect([...model]).toEqual([...visibleDistribution(machine)]);
    expect(kl).toBeCloseTo(divergence(engine.view()), 10);
    engine.dispose?.();
    kernels.dispose();
  });

  test("wake minus dream is the gradient: finite differences of KL", async () => {
    const engine = await ran(40, { hidden: 2 });
    const before = engine.view();
    await engine.advance();
    // of the update just made, from the machine before it
    const { difference, units } = engine.view();
    const step = 1e-4;
    for (const [i, j] of [
      [0, 1],
      [0, 3],
      [3, 4],
      [2, 2],
    ] as const) {
      const moved = (by: number) => {
        const weights = before.weights.slice();
        weights[i * units + j] = (weights[i * units + j] as number) + by;
        if (i !== j) weights[j * units + i] = (weights[j * units + i] as number) + by;
        return divergence({ ...before, weights });
      };
      const slope = (moved(step) - moved(-step)) / (2 * step);
      // truncation step² · O(1), rounding 1e-16 / step
      expect(difference[i * units + j]).toBeCloseTo(-slope, 7);
    }
    engine.dispose?.();
  });

  test("parity stays at ln 2 without hidden units, and falls with four", async () => {
    const without = await ran(300, { hidden: 0 });
    expect(without.view().kl).toBeCloseTo(Math.LN2, 6);
    const withFour = await ran(300, {});
    expect(withFour.view().kl).toBeLessThan(0.05);
    expect(withFour.view().floor).toBeCloseTo(Math.LN2, 6);
    without.dispose?.();
    withFour.dispose?.();
  });

  test("the law that pairs explain is learnt without hidden units; the preset is one of a machine", async () => {
    const { target, hidden } = presets.pairwise;
    const engine = await ran(300, { target, hidden });
    expect(engine.view().kl).toBeLessThan(1e-12);
    engine.dispose?.();
    // log-odds of a triple vanish: Σ ± log p over the cube of three units, the fourth off, and on
    for (const fourth of [0, 8]) {
      const triple = Array.from({ length: 8 }, (_, code) => {
        const sign = parity(3)[code] ? 1 : -1;
        return sign * Math.log2(target[code + fourth] as number);
      });
      expect(triple.reduce((a, b) => a + b, 0)).toBe(0);
    }
  });

  test("sampled statistics are those of the machine, within their noise", async () => {
    const chains = 1000;
    const engine = await ran(3, { hidden: 0, target: [8, 1, 1, 1, 1, 1, 1, 8], statistics: "sampled", chains });
    const { difference, exact } = engine.view();
    // a mean of 1000 bits has a deviation of at most ½ / √1000; five of them, nine entries
    for (let at = 0; at < difference.length; at++)
      expect(Math.abs((difference[at] as number) - ((exact as Float64Array)[at] as number))).toBeLessThan(
        (5 * 0.5) / Math.sqrt(chains),
      );
    expect([...difference]).not.toEqual([...(exact as Float64Array)]);
    engine.dispose?.();
  });

  test("going back to a saved moment gives the same run", async () => {
    const settings = { statistics: "sampled", momentum: 0.5 } as const;
    const engine = await ran(12, settings);
    const saved = engine.save?.();
    for (let n = 0; n < 7; n++) await engine.advance();
    const there = engine.view();
    await engine.load?.(saved as never);
    for (let n = 0; n < 7; n++) await engine.advance();
    expect(engine.view()).toEqual(there);
    engine.dispose?.();
  });

  test("the encoder: four codes that tell V2 what V1 is", async () => {
    const engine = await ran(600, { system: "encoder", hidden: 2, rate: 1, momentum: 0.5, seed: 7 });
    const { codes, kl, weights, units, difference } = engine.view();
    expect(codes?.different).toBe(4);
    expect(Math.min(...(codes?.right ?? [0]))).toBeGreaterThan(0.5);
    expect(kl).toBeLessThan(0.5);
    // V1 and V2 are not joined, nor the hidden units among themselves
    for (const at of [4, 9 + 8 * units]) {
      expect(weights[at]).toBeNaN();
      expect(difference[at]).toBeNaN();
    }
    engine.dispose?.();
  });
});

describe("the cases of a law", () => {
  test("are as few as have it exactly", () => {
    expect(reduced([24, 0, 36, 12])).toEqual([2, 0, 3, 1]);
    expect(caseCount({ system: "law", target: [24, 0, 36, 12] })).toBe(6);
    const { cases, units, levels } = casesOf([24, 0, 36, 12]);
    expect([cases, units]).toEqual([6, 2]);
    expect([...levels].filter((_, at) => at % 2 === 1)).toEqual([0, 0, 255, 255, 255, 255]);
    expect(klDivergence([1 / 3, 0, 1 / 2, 1 / 6], [1 / 3, 0, 1 / 2, 1 / 6])).toBe(0);
    expect(dataMoments().config.phase).toBe("data");
  });

  test("a link's law has a power of two of shares, not all 0", () => {
    expect(fields.target.parse("1_2_3_4")).toEqual({ value: [1, 2, 3, 4] });
    for (const bad of ["1_2_3", "0_0", "1_2.5", "", "1_-1", "1_100"])
      expect(fields.target.parse(bad), bad).toHaveProperty("expected");
    expect(commandOf(initial)).toContain("--hidden 4 --positive exact --negative exact");
  });
});

test("a curve keeps the same ticks whichever way one came there", () => {
  let curve = emptyCurve;
  for (let tick = 0; tick < 5000; tick++)
    if (isRecorded(curve, tick)) curve = recorded(curve, tick, { y: 2 * tick }, 100);
  expect(curve.ticks.length).toBeLessThanOrEqual(100);
  expect(curve.ticks.length).toBeGreaterThan(50);
  expect(curve.ticks.every((tick) => tick % curve.stride === 0)).toBe(true);
  expect(curve.values["y"]).toEqual(curve.ticks.map((tick) => 2 * tick));
});
