import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import { createKernels } from "#src/kernels/threads.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { DbmTrainOptions } from "#src/learn/dbm/options.js";
import { startTemperedDbm } from "#src/learn/dbm/tempered.js";
import { sgd } from "#src/learn/optimizer.js";
import { temperedGibbs } from "#src/learn/rbm/tempered.js";
import type { TrainingReport } from "#src/learn/report.js";
import { temperedConfig } from "#src/learn/tempering-state.js";
import { train } from "#src/learn/train.js";
import { type Dbm, dbmAsRbm } from "#src/machines/dbm.js";
import { initializeRbm } from "#src/machines/initialize.js";
import { initializeDbm } from "#src/machines/initialize-dbm.js";
import { residentDbm } from "#src/machines/resident-dbm.js";
import { binaryData, dbmLaw, dbmMoments, settledMeans, strongDbm } from "../oracles/exact-dbm.js";

const bars = barsAndStripes(3);

async function last(initial: Dbm, data: typeof bars, options: DbmTrainOptions): Promise<TrainingReport<Dbm>> {
  let report: TrainingReport<Dbm> | undefined;
  for await (const next of train(initial, data, options)) report = next;
  if (!report) throw new Error("no report");
  return report;
}

test.each([
  ["plain", {}],
  ["centred and averaged", { centring: true, average: { from: 0.5 } }],
] as const)("with one hidden layer it learns as a tempered RBM does, bit for bit: %s", async (_, choice) => {
  const negative = temperedGibbs({ chains: 7, sweeps: 2, ladder: [1, 0.5, 0] });
  const learning = { epochs: 5, batchSize: 5, seed: 3, negative, ...choice };
  const rbm = initializeRbm(bars, { hidden: 6, seed: 1 });
  let learnt = rbm;
  for await (const report of train(rbm, bars, learning)) if (report.done) learnt = report.machine();
  const dbm = initializeDbm(bars, { layers: [9, 6], seed: 1 });
  expect(dbmAsRbm((await last(dbm, bars, learning)).machine())).toEqual(learnt);
});

describe.each([[[4, 3, 3]], [[3, 3, 2, 2]]])("layers %j", (layers) => {
  const machine = strongDbm(layers, 7, 0.9);
  const chains = 8000;
  // six standard errors of a mean of so many chains, each at most ½
  const tolerance = (6 * 0.5) / Math.sqrt(chains);

  /** The largest difference of a moment ⟨x_l x_{l+1}⟩ and those of `of`, after updates of chains that started under `first`. */
  async function farthest(first: Dbm, of: Dbm) {
    const resident = residentDbm(await createKernels(), first);
    const config = temperedConfig({ chains, ladder: [1, 0.6, 0.3, 0] });
    const dream = startTemperedDbm(resident, config, { ...bars, units: layers[0] as number, cases: 4 }, 5);
    dream.sweep(0);
    resident.bonds.forEach(({ weights, hiddenBias }, l) => {
      weights.write(machine.weights[l] as Float32Array);
      hiddenBias.write(machine.biases[l + 1] as Float32Array);
    });
    resident.biases[0]?.write(machine.biases[0] as Float32Array);
    let phases = dream.sweep(1);
    for (let update = 2; update < 30; update++) phases = dream.sweep(update);
    const { states, law } = dbmLaw(of);
    const exact = dbmMoments(of, states, law);
    return Math.max(
      ...phases.flatMap(({ visible, hidden }, l) => {
        const [x, y] = [visible.read(chains), hidden.read(chains)];
        const [lower, upper] = [layers[l] as number, layers[l + 1] as number];
        return Array.from(exact.weights[l] as ArrayLike<number>, (expected, at) => {
          const [i, j] = [Math.floor(at / upper), at % upper];
          let sum = 0;
          for (let c = 0; c < chains; c++) sum += (x[c * lower + i] as number) * (y[c * upper + j] as number);
          return Math.abs(sum / chains - expected);
        });
      }),
    );
  }

  test("the statistics are the moments of the machine as it is now, by sums over all states", async () => {
    expect(await farthest(strongDbm(layers, 8), machine)).toBeLessThan(tolerance);
    // a machine that lacks one bond, or the one that it was at first, is another
    const weights = machine.weights.map((W, l) => (l === 1 ? W.map(() => 0) : W));
    expect(await farthest(machine, { ...machine, weights })).toBeGreaterThan(1.5 * tolerance);
    expect(await farthest(machine, strongDbm(layers, 8))).toBeGreaterThan(1.5 * tolerance);
  });

  test("the expected update is the gradient: settled means less exact moments", async () => {
    const cases = [0b011, 0b101, 0b110, 0b111].map((code) =>
      Uint8Array.from({ length: layers[0] as number }, (_, i) => (code >> i) & 1),
    );
    const learnt = await last(machine, binaryData(cases), {
      epochs: 1,
      batchSize: 4,
      clamp: "threshold",
      negative: temperedGibbs({ chains, sweeps: 30, ladder: [1, 0.5, 0] }),
      meanField: { iterations: 1000, tolerance: 1e-7 },
      // large, as float32 adds thousands of small shares to the parameters
      optimizer: sgd({ rate: 1 }),
    });
    const { states, law } = dbmLaw(machine);
    const exact = dbmMoments(machine, states, law);
    const settled = cases.map((v) => settledMeans(machine, v).means);
    let largest = 0;
    learnt.machine().weights.forEach((W, l) => {
      const upper = layers[l + 1] as number;
      W.forEach((w, at) => {
        const [i, j] = [Math.floor(at / upper), at % upper];
        const data = settled.reduce((sum, m) => sum + (m[l]?.[i] as number) * (m[l + 1]?.[j] as number), 0) / 4;
        const expected = data - (exact.weights[l]?.[at] as number);
        largest = Math.max(largest, Math.abs(expected));
        expect(Math.abs(w - (machine.weights[l]?.[at] as number) - expected)).toBeLessThan(tolerance + 2e-3);
      });
    });
    // the tolerance is far below what is measured
    expect(largest).toBeGreaterThan(5 * tolerance);
  });
});

describe("the same seed gives the same bits", () => {
  const options: DbmTrainOptions = {
    epochs: 12,
    batchSize: 5,
    seed: 4,
    negative: temperedGibbs({ chains: 9, sweeps: 2, ladder: [1, 0.5, 0] }),
    optimizer: sgd({ rate: 0.1, momentum: 0.5 }),
    centring: true,
  };
  const deep = initializeDbm(bars, { layers: [9, 7, 5, 6], seed: 2, weightScale: 0.3 });
  const sha = async (more: Partial<DbmTrainOptions> = {}) =>
    parametersSha256((await last(deep, bars, { ...options, ...more })).machine());

  test("on 1, 2 and 3 threads; another seed, others", async () => {
    const whole = await sha();
    for (const threads of [2, 3]) expect(await sha({ threads })).toBe(whole);
    expect(await sha({ seed: 5 })).not.toBe(whole);
  });

  test("stopped after any update and resumed from the file", async () => {
    const whole = await sha();
    for (const stopAt of [1, 3, 17]) {
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(deep, bars, { ...options, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      expect(await sha({ resume: checkpoint as Checkpoint<Dbm> })).toBe(whole);
    }
  });
});
