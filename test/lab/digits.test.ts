import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  createKernels,
  exactLogPartition,
  hiddenActivity,
  hiddenFeatures,
  hiddenInput,
  initializeRbm,
  logLikelihoods,
  parseModel,
  type Rbm,
  serializeModel,
  sgd,
  takeCases,
  train,
  visibleMean,
} from "#src/index.js";
import { loadDigits, setBase } from "../../lab/engine/shipped.js";
import { start } from "../../lab/pages/digits/engine.js";
import { fields, monitorOf, type Settings } from "../../lab/pages/digits/fields.js";

const folder = join(import.meta.dirname, "../../dist/lab-public");
const initial = {
  ...(Object.fromEntries(
    Object.entries(fields).map(([name, { initial: value }]) => [name, value]),
  ) as unknown as Settings),
  digits: [2],
  hidden: 10,
  epochs: 4,
  rate: 0.1,
};

async function ran(ticks: number, settings: Partial<Settings> = {}) {
  const engine = await start({ ...initial, ...settings });
  for (let tick = 0; tick < ticks; tick++) expect(await engine.advance()).toBe(true);
  return engine;
}

const modelOf = async (engine: Awaited<ReturnType<typeof ran>>): Promise<Rbm> =>
  parseModel((await engine.command?.({ what: "model" } as never)) as Uint8Array, "model").machine as Rbm;

describe.skipIf(!existsSync(join(folder, "digits-test.bin.gz")))("the page of digits (needs the built lab)", () => {
  beforeAll(() => {
    setBase("http://lab/");
    globalThis.fetch = (async (address: URL) => new Response(readFileSync(join(folder, address.pathname)))) as never;
  });

  test("its run is the library's own training, likelihoods and looks or not", async () => {
    const looked = await ran(30, { filter: 3, silent: [1, 2], monitor: 2 });
    looked.view();
    const data = await loadDigits("train", [2]);
    const kernels = await createKernels({ threads: 1 });
    let rbm = initializeRbm(data, { hidden: 10, seed: 1 });
    const optimizer = sgd({ rate: 0.1, momentum: 0, weightDecay: 0.0002 });
    for await (const report of train(rbm, data, { epochs: 3, batchSize: 100, seed: 1, optimizer, kernels }))
      if (report.done) rbm = report.machine();
    expect([...(await modelOf(looked)).weights]).toEqual([...rbm.weights]);
    kernels.dispose();
    looked.dispose?.();
  });

  test("few hidden units have their exact likelihood after every epoch", async () => {
    expect(monitorOf({ hidden: 12, monitor: 0 })).toBe(1);
    expect(monitorOf({ hidden: 13, monitor: 0 })).toBe(0);
    const engine = await ran(20);
    const { likelihood } = engine.view().curve;
    expect(likelihood.map(({ epoch, exact, range }) => [epoch, exact, range])).toEqual([
      [1, true, undefined],
      [2, true, undefined],
    ]);
    const rbm = await modelOf(engine);
    const held = takeCases(await loadDigits("test", [2]), 1000);
    const each = await logLikelihoods(rbm, held, exactLogPartition(rbm));
    const mean = each.reduce((a, b) => a + b, 0) / held.cases;
    // inputs are float32
    expect(likelihood[1]?.heldOut).toBeCloseTo(mean, 3);
    engine.dispose?.();
  });

  test("an estimate has its bracket, and says that it is one", async () => {
    const engine = await ran(20, { hidden: 14, monitor: 2 });
    const [one, ...more] = engine.view().curve.likelihood;
    expect(more).toEqual([]);
    expect(one).toMatchObject({ epoch: 2, exact: true });
    engine.dispose?.();
    const larger = await ran(10, { hidden: 40, monitor: 1 });
    const [estimate] = larger.view().curve.likelihood;
    expect(estimate?.exact).toBe(false);
    expect(estimate?.range?.lower).toBeLessThan(estimate?.range?.upper as number);
    larger.dispose?.();
  }, 60_000);

  test("a chosen filter: its weights, its mean, and the digits with its largest inputs", async () => {
    const engine = await ran(25, { filter: 4 });
    const { filter } = engine.view();
    const rbm = await modelOf(engine);
    const held = await loadDigits("test", [2]);
    const inputs = Array.from({ length: held.cases }, (_, c) => {
      const v = Float32Array.from(held.levels.subarray(c * 784, (c + 1) * 784), (level) => level / 255);
      return hiddenInput(rbm, v)[4] as number;
    });
    const sorted = [...inputs].sort((a, b) => b - a).slice(0, 10);
    sorted.forEach((x, n) => {
      expect(filter?.inputs[n]).toBeCloseTo(x, 4);
    });
    const features = await hiddenFeatures(rbm, held, { threads: 1 });
    const mean = inputs.reduce((sum, _, c) => sum + (features[c * 10 + 4] as number), 0) / held.cases;
    expect(filter?.mean).toBeCloseTo(mean, 5);
    expect([...(filter?.weights ?? [])]).toEqual(Array.from({ length: 784 }, (_, i) => rbm.weights[i * 10 + 4]));
    engine.dispose?.();
  });

  test("activity is the library's", async () => {
    const engine = await ran(25);
    const { looks } = engine.view();
    expect(looks.update).toBe(25);
    const rbm = await modelOf(engine);
    const { mean, dead, saturated } = await hiddenActivity(rbm, takeCases(await loadDigits("test", [2]), 100), {
      threads: 1,
    });
    const counts = new Array(10).fill(0);
    for (const p of mean) counts[Math.min(9, Math.floor(10 * p))]++;
    expect(looks.activity).toEqual({ counts, dead: dead.length, saturated: saturated.length });
    expect(looks.histogram.counts.reduce((a, b) => a + b, 0)).toBe(7840);
    engine.dispose?.();
  });

  test("a silent unit is left out of reconstructions and dreams, and the run goes on as before", async () => {
    const engine = await ran(30);
    const before = engine.view();
    const rbm = await modelOf(engine);
    expect(engine.adjust?.({ ...initial, silent: [...Array(10).keys()] } as never)).toBe("looked");
    const none = engine.view();
    // nothing but the visible biases is left
    const alone = visibleMean(rbm, new Float32Array(10));
    for (let i = 0; i < 784; i++) {
      expect(none.reconstructions[i]).toBeCloseTo(alone[i] as number, 5);
      expect(none.dreams[i]).toBeCloseTo(alone[i] as number, 5);
    }
    engine.adjust?.({ ...initial, silent: [] } as never);
    expect(engine.view()).toEqual(before);
    engine.dispose?.();
  });

  test("going back to a saved moment gives the same run", async () => {
    const engine = await ran(12, { momentum: 0.5 });
    const saved = engine.save?.();
    for (let n = 0; n < 13; n++) await engine.advance();
    const there = engine.view();
    await engine.load?.(saved as never);
    for (let n = 0; n < 13; n++) await engine.advance();
    expect(engine.view()).toEqual(there);
    engine.dispose?.();
  });

  test("a model file that is opened is where runs begin, until it is forgotten", async () => {
    const engine = await ran(15);
    const rbm = await modelOf(engine);
    expect(engine.command?.({ what: "open", bytes: serializeModel(rbm) } as never)).toBe(10);
    expect(engine.adjust?.(initial as never)).toBe(false);
    const again = await ran(0);
    expect(again.view().opened).toBe(true);
    expect([...(await modelOf(again)).weights]).toEqual([...rbm.weights]);
    again.command?.({ what: "forget" } as never);
    const fresh = await ran(0);
    expect(fresh.view().opened).toBe(false);
    const small = serializeModel(
      initializeRbm(
        { ...takeCases(await loadDigits("test"), 2), units: 9, levels: new Uint8Array(18) },
        { hidden: 2, seed: 1 },
      ),
    );
    expect(() => engine.command?.({ what: "open", bytes: small } as never)).toThrow(/9 × 2/);
    for (const each of [engine, again, fresh]) each.dispose?.();
  });
});
