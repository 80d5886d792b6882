import { describe, expect, test } from "vitest";
import {
  barsAndStripes,
  createKernels,
  exactLogPartition,
  initializeRbm,
  logLikelihoods,
  parametersSha256,
  type Rbm,
  sgd,
  train,
} from "#src/index.js";
import { start } from "../../lab/pages/lens/engine.js";
import { CASES, fields, type Settings, stagesOf } from "../../lab/pages/lens/fields.js";
import { ruleOf } from "../../lab/pages/lens/stages.js";

const initial = Object.fromEntries(
  Object.entries(fields).map(([name, { initial: value }]) => [name, value]),
) as unknown as Settings;

const data = barsAndStripes(3);

async function at(update: number, stage: number, given: Partial<Settings>) {
  const settings = { ...initial, ...given };
  const engine = await start(settings);
  for (let n = 0; n < update * stagesOf(settings).length + stage; n++) expect(await engine.advance()).toBe(true);
  return engine;
}

/** The library's training by itself. */
async function trained(updates: number, given: Partial<Settings>): Promise<Rbm> {
  const { hidden, seed, rate, rule, k } = { ...initial, ...given };
  const kernels = await createKernels({ threads: 1 });
  let rbm = initializeRbm(data, { hidden, seed });
  const options = { epochs: updates, batchSize: CASES, seed, negative: ruleOf({ rule, k }), kernels };
  for await (const report of train(rbm, data, { ...options, optimizer: sgd({ rate, momentum: 0, weightDecay: 0 }) }))
    if (report.done) rbm = report.machine();
  kernels.dispose();
  return rbm;
}

const rules = [
  { rule: "cd", k: 1 },
  { rule: "cd", k: 3 },
  { rule: "pcd", k: 1 },
  { rule: "pcd", k: 2 },
] as const;

describe.each(rules)("$rule-$k", ({ rule, k }) => {
  test("the weights are those of training without onlookers", async () => {
    const engine = await at(29, 0, { rule, k });
    expect(await engine.command?.({ what: "sha256" } as never)).toBe(
      await parametersSha256(await trained(30, { rule, k })),
    );
    engine.dispose?.();
  });

  test("what is added to the weights is η (wake − dream) of the stages that are shown", async () => {
    const last = stagesOf({ rule, k }).length - 1;
    const engine = await at(40, last, { rule, k, of: "batch" });
    const { wake, dream, change, stage } = engine.view();
    expect(stage).toBe(last);
    // float32 all along
    change.forEach((added, place) => {
      expect(added).toBeCloseTo(initial.rate * ((wake[place] as number) - (dream[place] as number)), 5);
    });
    expect(Math.max(...change.map(Math.abs))).toBeGreaterThan(1e-3);
    engine.dispose?.();
  });

  test("a step back and on, and a saved moment, give the same", async () => {
    const engine = await at(11, 2, { rule, k });
    const saved = engine.save?.();
    for (let n = 0; n < 23; n++) await engine.advance();
    const there = engine.view();
    await engine.load?.(saved as never);
    for (let n = 0; n < 23; n++) await engine.advance();
    expect(engine.view()).toEqual(there);
    engine.dispose?.();
  });
});

describe("the stages", () => {
  test("begin at the case, which stays the same from update to update", async () => {
    for (const update of [0, 3]) {
      const engine = await at(update, 0, { case: 5 });
      const { layers, cases } = engine.view();
      expect([...cases]).toEqual(Array.from(data.levels, (level) => level / 255));
      expect([...(layers[0] as { sample: Float32Array }).sample]).toEqual(
        Array.from(data.levels.subarray(5 * 9, 6 * 9), (level) => level / 255),
      );
      engine.dispose?.();
    }
  });

  test("of CD-3 pass through those of CD-1 from the same machine", async () => {
    const [one, three] = await Promise.all([at(0, 0, { k: 1 }), at(0, 0, { k: 3 })]);
    const [short, long] = [one.view().layers, three.view().layers];
    expect(short.length).toBe(4);
    expect(long.length).toBe(8);
    for (const n of [0, 1, 2]) expect(long[n]).toEqual(short[n]);
    expect(long[3]?.mean).toEqual(short[3]?.mean);
    one.dispose?.();
    three.dispose?.();
  });
});

test("the gradient is that of the exact log-likelihood: finite differences", async () => {
  const engine = await at(30, 0, {});
  const { direction, weights } = engine.view();
  const rbm = await trained(30, {});
  expect([...weights]).toEqual([...rbm.weights]);
  const meanOf = async (machine: Rbm) => {
    const each = await logLikelihoods(machine, data, exactLogPartition(machine));
    return each.reduce((a, b) => a + b, 0) / data.cases;
  };
  expect(direction.logLikelihood).toBeCloseTo(await meanOf(rbm), 5);
  for (const place of [0, 7, 22, 35]) {
    // float32 weights: steps that they can hold
    const moved = (by: number) => meanOf({ ...rbm, weights: rbm.weights.map((w, n) => (n === place ? w + by : w)) });
    const [up, down] = [await moved(0.0625), await moved(-0.0625)];
    expect(direction.gradient[place]).toBeCloseTo((up - down) / 0.125, 3);
  }
  engine.dispose?.();
});

test("CD-1 agrees with the gradient at first and leaves it later; longer chains leave it less", async () => {
  const [first, later] = await Promise.all([at(0, 0, {}), at(1500, 0, {})]);
  expect(first.view().direction.cosine).toBeGreaterThan(0.99);
  const { cosines } = later.view().direction;
  expect(cosines[0]).toBeLessThan(0.8);
  expect(cosines.at(-1)).toBeGreaterThan(cosines[0] as number);
  first.dispose?.();
  later.dispose?.();
});
