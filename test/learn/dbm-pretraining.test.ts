import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { DbmTrainOptions } from "#src/learn/dbm/options.js";
import { sgd } from "#src/learn/optimizer.js";
import { contrastiveDivergence } from "#src/learn/rbm/contrastive.js";
import { exactGradient } from "#src/learn/rbm/exact.js";
import { persistentContrastiveDivergence } from "#src/learn/rbm/persistent.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import type { Dbm } from "#src/machines/dbm.js";
import { initializeDbm } from "#src/machines/initialize-dbm.js";
import { allStates } from "../oracles/enumerate.js";
import { binaryData, strongDbm } from "../oracles/exact-dbm.js";

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

/** The mean of what CD-1 adds at rate 1, over a law of v, with these factors of the inputs: by sums over all states. */
function expectedCd(
  { W, a, b }: { W: ArrayLike<number>; a: ArrayLike<number>; b: ArrayLike<number> },
  law: (v: Uint8Array) => number,
  scales: { visible: number; hidden: number },
) {
  const [V, H] = [a.length, b.length];
  const up = (v: Uint8Array) =>
    Array.from({ length: H }, (_, j) =>
      sigma(scales.hidden * v.reduce((sum, x, i) => sum + x * (W[i * H + j] as number), b[j] as number)),
    );
  const down = (h: Uint8Array) =>
    Array.from({ length: V }, (_, i) =>
      sigma(scales.visible * h.reduce((sum, x, j) => sum + x * (W[i * H + j] as number), a[i] as number)),
    );
  const chance = (x: Uint8Array, p: number[]) =>
    x.reduce((q, bit, i) => q * (bit ? (p[i] as number) : 1 - (p[i] as number)), 1);
  const sums = { weights: new Float64Array(V * H), visible: new Float64Array(V), hidden: new Float64Array(H) };
  const add = (v: Uint8Array, m: number[], weight: number) => {
    v.forEach((x, i) => {
      sums.visible[i] += weight * x;
      m.forEach((mean, j) => {
        sums.weights[i * H + j] += weight * x * mean;
      });
    });
    m.forEach((mean, j) => {
      sums.hidden[j] += weight * mean;
    });
  };
  const [vs, hs] = [allStates(V), allStates(H)];
  for (const v of vs) {
    const p = law(v);
    if (p === 0) continue;
    const m = up(v);
    add(v, m, p);
    for (const h of hs) {
      const q = p * chance(h, m);
      const means = down(h);
      for (const again of vs) add(again, up(again), -q * chance(again, means));
    }
  }
  return sums;
}

describe("the expected update of each bond, by sums over all states", () => {
  const copies = 5000;
  const patterns = [0b0011, 0b1001, 0b1110, 0b0100].map((code) =>
    Uint8Array.from({ length: 4 }, (_, i) => (code >> i) & 1),
  );
  const data = binaryData(Array.from({ length: copies * patterns.length }, (_, n) => patterns[n % 4] as Uint8Array));
  const start = strongDbm([4, 3, 2], 5, 0.8);
  const one = { epochs: 1, batchSize: data.cases, negative: contrastiveDivergence(), optimizer: sgd({ rate: 1 }) };
  const options: DbmTrainOptions = { epochs: 1, pretraining: [one, one], optimizer: sgd({ rate: 0.001 }) };
  // six standard errors of a difference of means of two numbers in [0, 1], and float32's sums
  const tolerance = (6 * Math.SQRT1_2) / Math.sqrt(data.cases) + 1e-3;
  const close = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    expect(a.length).toBe(b.length);
    for (let i = 0; i < a.length; i++) expect(Math.abs((a[i] as number) - (b[i] as number))).toBeLessThan(tolerance);
  };
  const minus = (a: ArrayLike<number>, b: ArrayLike<number>) => Float64Array.from(a, (x, i) => x - (b[i] as number));

  test("doubled towards the layer between, and its bias is the sum of both", async () => {
    const machines: Dbm[] = [];
    for await (const report of train(start, data, options)) {
      if (report.kind === "epoch") machines.push(report.machine());
      if (machines.length === 2) break;
    }
    const [first, second] = machines as [Dbm, Dbm];
    const [W1, W2] = start.weights as [Float32Array, Float32Array];
    const [a0, b1, b2] = start.biases as [Float32Array, Float32Array, Float32Array];
    const seen = (v: Uint8Array) => patterns.filter((pattern) => pattern.every((x, i) => x === v[i])).length / 4;
    const lower = expectedCd({ W: W1, a: a0, b: b1 }, seen, { visible: 1, hidden: 2 });
    close(minus(first.weights[0] as Float32Array, W1), lower.weights);
    close(minus(first.biases[0] as Float32Array, a0), lower.visible);
    close(minus(first.biases[1] as Float32Array, b1), lower.hidden);
    // without the doubling it would be another update
    const undoubled = expectedCd({ W: W1, a: a0, b: b1 }, seen, { visible: 1, hidden: 1 });
    expect(Math.max(...minus(undoubled.weights, lower.weights).map(Math.abs))).toBeGreaterThan(2 * tolerance);

    const [W, b] = [first.weights[0] as Float32Array, first.biases[1] as Float32Array];
    const means = patterns.map((v) =>
      Array.from(b, (bias, j) => sigma(2 * v.reduce((sum, x, i) => sum + x * (W[i * 3 + j] as number), bias))),
    );
    const law = (h: Uint8Array) =>
      means.reduce(
        (sum, m) => sum + h.reduce((p, bit, j) => p * (bit ? (m[j] as number) : 1 - (m[j] as number)), 1),
        0,
      ) / 4;
    const own = Array.from(b, (_, j) => {
      const mean = means.reduce((sum, m) => sum + (m[j] as number), 0) / 4;
      return Math.log(mean / (1 - mean)) / 2;
    });
    const upper = expectedCd({ W: W2, a: own, b: b2 }, law, { visible: 2, hidden: 1 });
    close(minus(second.weights[1] as Float32Array, W2), upper.weights);
    close(minus(second.biases[2] as Float32Array, b2), upper.hidden);
    close(
      minus(second.biases[1] as Float32Array, b),
      upper.visible.map((step, j) => step + (own[j] as number)),
    );
    expect(second.weights[0]).toEqual(first.weights[0]);
    expect(second.biases[0]).toEqual(first.biases[0]);
  });
});

const bars = barsAndStripes(3);
const deep = initializeDbm(bars, { layers: [9, 7, 5, 6], seed: 2, weightScale: 0.3 });
const layer = { epochs: 4, batchSize: 5, optimizer: sgd({ rate: 0.1, momentum: 0.5 }) };
const full: DbmTrainOptions = {
  epochs: 4,
  batchSize: 5,
  seed: 4,
  negative: persistentContrastiveDivergence({ k: 2, chains: 9 }),
  centring: true,
  pretraining: [
    layer,
    { ...layer, negative: persistentContrastiveDivergence({ chains: 6 }) },
    { ...layer, average: { from: 0.5 } },
  ],
};

async function last(options: DbmTrainOptions, machine = deep): Promise<TrainingReport<Dbm>> {
  let report: TrainingReport<Dbm> | undefined;
  for await (const next of train(machine, bars, options)) report = next;
  return report as TrainingReport<Dbm>;
}
const sha = async (options: DbmTrainOptions) => parametersSha256((await last(options)).machine());

test("stages are told: the layers, then all of them", async () => {
  const stages: string[] = [];
  for await (const { kind, stage, epoch } of train(deep, bars, full)) {
    if (kind === "epoch" && stage?.epoch === 1)
      stages.push(`${stage.name} ${stage.index}/${stage.count} from ${epoch}`);
  }
  expect(stages).toEqual(["layer 1 0/4 from 1", "layer 2 1/4 from 5", "layer 3 2/4 from 9", "all layers 3/4 from 13"]);
});

test("on 1 to 3 threads, and stopped in any stage and resumed: the same bits", async () => {
  const whole = await sha(full);
  expect(await sha({ ...full, threads: 3 })).toBe(whole);
  // twelve updates a stage
  for (const stopAt of [5, 12, 17, 24, 31, 44]) {
    const controller = new AbortController();
    let checkpoint: Checkpoint | undefined;
    for await (const report of train(deep, bars, { ...full, signal: controller.signal, reportEvery: 0 })) {
      if (report.update !== stopAt) continue;
      controller.abort();
      checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
    }
    expect(checkpoint?.progress.update).toBe(stopAt);
    expect(await sha({ ...full, threads: 2, resume: checkpoint as Checkpoint<Dbm> })).toBe(whole);
  }
});

test("pretraining that does not fit is refused", async () => {
  const { pretraining = [] } = full;
  await expect(last({ ...full, pretraining: pretraining.slice(1) })).rejects.toThrow(
    "pretraining: got options for 2 bonds; expected 3, one for each bond of 9-7-5-6, or none",
  );
  const exact = { ...layer, negative: exactGradient() };
  await expect(last({ ...full, pretraining: [exact, layer, layer] })).rejects.toThrow(
    "pretraining of layer 1: rule: got exact; expected cd or pcd",
  );
});
