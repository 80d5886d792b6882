import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import type { Dataset } from "#src/data/dataset.js";
import { parseCheckpoint, serializeCheckpoint } from "#src/io/checkpoint-file.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { Checkpoint } from "#src/learn/checkpoint.js";
import type { DbnTrainOptions } from "#src/learn/dbn/options.js";
import type { UpDownOptions } from "#src/learn/dbn/up-down-options.js";
import { sgd } from "#src/learn/optimizer.js";
import type { TrainingReport } from "#src/learn/report.js";
import { train } from "#src/learn/train.js";
import { type Dbn, dbnArrays } from "#src/machines/dbn.js";
import { initializeDbn } from "#src/machines/initialize-dbn.js";
import { allStates } from "../../oracles/enumerate.js";
import {
  generatedMeans,
  independent,
  randomDbn,
  recognizedMeans,
  sigma,
  topLaw,
  visibleLaw,
} from "../../oracles/small-dbn.js";

async function learnt(dbn: Dbn, data: Dataset, options: DbnTrainOptions): Promise<Dbn> {
  let last: TrainingReport<Dbn> | undefined;
  for await (const report of train(dbn, data, options)) last = report;
  return (last as TrainingReport<Dbn>).machine();
}

/** What one update at rate 1 over all cases moves each array by. */
async function moves(dbn: Dbn, data: Dataset, options: Partial<UpDownOptions>): Promise<Record<string, number[]>> {
  const upDown = { epochs: 1, batchSize: data.cases, optimizer: sgd({ rate: 1 }), ...options };
  const after = dbnArrays(await learnt(dbn, data, { layers: [], upDown, seed: 3 }));
  const before = dbnArrays(dbn);
  return Object.fromEntries(
    Object.entries(after).map(([name, { data: values }]) => [
      name,
      Array.from(values, (x, i) => x - before[name].data[i]),
    ]),
  );
}

const cases = 100_000;

/** Cases of a law over (v, label), as many of each as it says to within one. */
function drawnFrom(law: readonly ArrayLike<number>[], units: number): Dataset {
  const codes: [number, number][] = [];
  let [left, taken] = [0, 0];
  law.forEach((row, code) => {
    Array.from(row).forEach((p, label) => {
      left += p * cases;
      for (; taken < Math.round(left); taken++) codes.push([code, label]);
    });
  });
  return {
    name: "drawn",
    cases: codes.length,
    units,
    levels: Uint8Array.from(
      codes.flatMap(([code]) => Array.from({ length: units }, (_, i) => 255 * ((code >> i) & 1))),
    ),
    labels: Uint8Array.from(codes, ([, label]) => label),
  };
}

/** Terms are in [−1, 1], so that their deviation is at most 1: six standard errors. */
const tolerance = 6 / Math.sqrt(cases);

/** Where each directed layer has one hidden unit, P(h | v) is logistic, and recognition weights can have it. */
function withTruePosterior(layers: readonly number[], seed: number, classes: number): Dbn {
  const dbn = randomDbn(layers, { seed, classes });
  const plain = layers[layers.length - 2];
  // P of the unit of each layer, from above: log odds of its marginal
  let on = 0;
  for (const { joined, p } of topLaw(dbn).states) if (joined[plain - 1]) on += p;
  const directed = [...dbn.directed];
  for (let l = directed.length - 1; l >= 0; l--) {
    const bond = directed[l];
    const prior = Math.log(on / (1 - on));
    const fields = (h: number) =>
      generatedMeans(bond, [h]).map((p) => ({ logit: Math.log(p / (1 - p)), off: Math.log(1 - p) }));
    const [one, none] = [fields(1), fields(0)];
    const recognitionWeights = Float32Array.from(one, ({ logit }, i) => logit - none[i].logit);
    const upperBias = Float32Array.of(one.reduce((sum, { off }, i) => sum + off - none[i].off, prior));
    directed[l] = { ...bond, recognitionWeights, upperBias };
    on = on * generatedMeans(bond, [1])[0] + (1 - on) * generatedMeans(bond, [0])[0];
  }
  return { ...dbn, directed };
}

describe("at a model that is the data's, with true posteriors, nothing moves", () => {
  test.each([
    ["4-1-3", [4, 1, 3], 0, 1],
    ["4-1-1-3, two sweeps", [4, 1, 1, 3], 0, 2],
  ] as const)("%s", async (_, layers, classes, sweeps) => {
    const dbn = withTruePosterior(layers, 4, classes);
    const data = drawnFrom(visibleLaw(dbn), 4);
    const still = await moves(dbn, data, { sweeps });
    for (const [name, values] of Object.entries(still)) {
      for (const value of values) expect(Math.abs(value), name).toBeLessThan(tolerance);
    }
    // with another recognition bias it does
    const [first, ...rest] = dbn.directed;
    const wrong = {
      ...dbn,
      directed: [{ ...first, upperBias: first.upperBias.map((r) => r - 2 * Math.sign(r)) }, ...rest],
    };
    const moved = await moves(wrong, data, { sweeps });
    for (const part of ["recognition.bias", "generative.weights"]) {
      expect(Math.max(...moved[`directed.1.${part}`].map(Math.abs)), part).toBeGreaterThan(1.5 * tolerance);
    }
  });
});

describe("expected updates", () => {
  test.each([0, 2])("of a 3-2-2 network with %i label units are those of sums over all its states", async (classes) => {
    const dbn = randomDbn([3, 2, 2], { classes, seed: 6, scale: 0.8 });
    const law = allStates(3).map((_, code) =>
      Array.from({ length: Math.max(1, classes) }, (_, y) => (code + 1 + 3 * y) % 5),
    );
    const total = law.flat().reduce((a, b) => a + b);
    const data = drawnFrom(
      law.map((row) => row.map((p) => p / total)),
      3,
    );
    const measured = await moves(dbn, data, { sweeps: 1 });
    const [bond] = dbn.directed;
    const { top } = dbn;
    const width = 2 + classes;
    const names = Object.entries(dbnArrays(dbn)).map(
      ([name, { data: values }]) => [name, new Float64Array(values.length)] as const,
    );
    const expected = Object.fromEntries(names);
    const add = (name: string, at: number, value: number): void => {
      expected[name][at] += value;
    };
    const topMeans = (s: ArrayLike<number>) =>
      [0, 1].map((j) => sigma(Array.from(s).reduce((x, on, i) => x + on * top.weights[i * 2 + j], top.hiddenBias[j])));
    // joint states of the layer below the top and the labels, given the top
    const joinedGiven = (t: ArrayLike<number>) => {
      const x = Array.from(
        { length: width },
        (_, i) => top.visibleBias[i] + t[0] * top.weights[i * 2] + t[1] * top.weights[i * 2 + 1],
      );
      const powers = x.slice(2).map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      return allStates(2).flatMap((h) =>
        Array.from({ length: Math.max(1, classes) }, (_, y) => ({
          s: [...h, ...Array.from({ length: classes }, (_, c) => Number(c === y))],
          p: independent(x.slice(0, 2).map(sigma), h) * (classes > 0 ? powers[y] / sum : 1),
        })),
      );
    };
    const addTop = (s: ArrayLike<number>, p: number): void => {
      const t = topMeans(s);
      for (let i = 0; i < width; i++) {
        add("top.visible.bias", i, p * s[i]);
        for (let j = 0; j < 2; j++) add("top.weights", i * 2 + j, p * s[i] * t[j]);
      }
      for (let j = 0; j < 2; j++) add("top.hidden.bias", j, p * t[j]);
    };
    allStates(3).forEach((v, code) => {
      for (let y = 0; y < Math.max(1, classes); y++) {
        const p = law[code][y] / total;
        const q = recognizedMeans(bond, v);
        for (const h of allStates(2)) {
          const own = p * independent(q, h);
          const made = generatedMeans(bond, h);
          for (let i = 0; i < 3; i++) {
            add("directed.1.generative.bias", i, own * (v[i] - made[i]));
            for (let j = 0; j < 2; j++) add("directed.1.generative.weights", i * 2 + j, own * (v[i] - made[i]) * h[j]);
          }
          const joined = [...h, ...Array.from({ length: classes }, (_, c) => Number(c === y))];
          addTop(joined, own);
          const t = topMeans(joined);
          for (const state of allStates(2)) {
            const chance = own * independent(t, state);
            for (const { s, p: given } of joinedGiven(state)) {
              addTop(s, -chance * given);
              const below = generatedMeans(bond, s);
              for (const dream of allStates(3)) {
                const w = chance * given * independent(below, dream);
                recognizedMeans(bond, dream).forEach((r, j) => {
                  add("directed.1.recognition.bias", j, w * (s[j] - r));
                  for (let i = 0; i < 3; i++)
                    add("directed.1.recognition.weights", i * 2 + j, w * dream[i] * (s[j] - r));
                });
              }
            }
          }
        }
      }
    });
    let largest = 0;
    for (const [name, values] of Object.entries(measured)) {
      values.forEach((value, at) => {
        expect(Math.abs(value - expected[name][at]), `${name} ${at}`).toBeLessThan(tolerance);
        largest = Math.max(largest, Math.abs(expected[name][at]));
      });
    }
    expect(largest).toBeGreaterThan(5 * tolerance);
  });
});

describe("finite differences", () => {
  test("the pass up follows the gradient of log P(v | h), dreams of the network's own law that of log Q(h | v)", async () => {
    const dbn = randomDbn([3, 2, 2], { seed: 11, scale: 0.7 });
    const law = allStates(3).map((_, code) => [(3 * code + 2) % 7]);
    const total = law.flat().reduce((a, b) => a + b);
    const p = law.map(([n]) => (n as number) / total);
    const data = drawnFrom(
      p.map((share) => [share]),
      3,
    );
    const [bond] = dbn.directed;
    const { states } = topLaw(dbn);
    /** E over data and Q of log P(v | h), by the generative weights of `changed`. */
    const wake = (changed: typeof bond) =>
      allStates(3).reduce(
        (sum, v, code) =>
          sum +
          (p[code] as number) *
            allStates(2).reduce(
              (inner, h) =>
                inner + independent(recognizedMeans(bond, v), h) * Math.log(independent(generatedMeans(changed, h), v)),
              0,
            ),
        0,
      );
    /** E over the network's own law of log Q(h | v), by the recognition weights of `changed`. */
    const sleep = (changed: typeof bond) =>
      states.reduce(
        (sum, { joined, p: own }) =>
          sum +
          own *
            allStates(3).reduce(
              (inner, v) =>
                inner +
                independent(generatedMeans(bond, joined), v) *
                  Math.log(independent(recognizedMeans(changed, v), joined)),
              0,
            ),
        0,
      );
    // chains settle within fifty sweeps of weights this small
    const measured = await moves(dbn, data, { sweeps: 50 });
    const step = 1e-2;
    const slope = (objective: (changed: typeof bond) => number, name: keyof typeof bond, at: number) => {
      const moved = (by: number) => {
        const values = Float32Array.from(bond[name] as Float32Array);
        values[at] = (values[at] as number) + by;
        return objective({ ...bond, [name]: values });
      };
      return (moved(step) - moved(-step)) / (2 * step);
    };
    const parts = [
      ["directed.1.generative.weights", wake, "generativeWeights"],
      ["directed.1.generative.bias", wake, "lowerBias"],
      ["directed.1.recognition.weights", sleep, "recognitionWeights"],
      ["directed.1.recognition.bias", sleep, "upperBias"],
    ] as const;
    let largest = 0;
    for (const [name, objective, array] of parts) {
      (measured[name] as number[]).forEach((value, at) => {
        const expected = slope(objective, array, at);
        // the error of the central difference is of the order of its square
        expect(Math.abs(value - expected), `${name} ${at}`).toBeLessThan(tolerance + step ** 2);
        largest = Math.max(largest, Math.abs(expected));
      });
    }
    expect(largest).toBeGreaterThan(5 * tolerance);
  });
});

describe("up-down", () => {
  const bars = barsAndStripes(4);
  const labelled: Dataset = { ...bars, labels: Uint8Array.from({ length: bars.cases }, (_, b) => b % 2) };
  const start = initializeDbn([16, 9, 7, 12], { classes: 2, seed: 5, data: bars });
  const options: DbnTrainOptions = {
    layers: [1, 2, 3].map(() => ({ epochs: 1, batchSize: 10 })),
    upDown: {
      epochs: 4,
      batchSize: 10,
      optimizer: sgd({ rate: 0.1, momentum: 0.5, weightDecay: 0.001 }),
      average: { from: 0.5 },
    },
    seed: 2,
  };

  test("unties recognition from generation; 1, 2 and 4 threads give one SHA-256", async () => {
    const machines = await Promise.all([1, 2, 4].map((threads) => learnt(start, labelled, { ...options, threads })));
    expect(new Set(await Promise.all(machines.map((machine) => parametersSha256(machine)))).size).toBe(1);
    expect(machines[0].directed[0].recognitionWeights).not.toEqual(machines[0].directed[0].generativeWeights);
  });

  test.each([
    [12, "contrastive"],
    [13, "contrastive"],
    [20, "contrastive"],
    [27, "contrastive"],
    [28, "contrastive"],
    [13, "persistent"],
    [20, "persistent"],
  ] as const)(
    "stopped after update %i, %s dreams, and resumed from the file: the same bits",
    async (stopAt, dreams) => {
      const { upDown } = options as { upDown: UpDownOptions };
      const asked = { ...options, upDown: { ...upDown, dreams } };
      const whole = await parametersSha256(await learnt(start, labelled, asked));
      const controller = new AbortController();
      let checkpoint: Checkpoint | undefined;
      for await (const report of train(start, labelled, { ...asked, signal: controller.signal, reportEvery: 0 })) {
        if (report.update !== stopAt) continue;
        expect(report.stage?.name).toBe(stopAt <= 12 ? "layer 3" : "up-down");
        controller.abort();
        checkpoint = parseCheckpoint(serializeCheckpoint(report.checkpoint()), "checkpoint");
      }
      const resume = checkpoint as Checkpoint<Dbn>;
      if (stopAt === 28) {
        // the parameters as they are: the result is their average
        return expect(await parametersSha256(resume.machine)).not.toBe(whole);
      }
      expect(await parametersSha256(await learnt(start, labelled, { ...asked, threads: 2, resume }))).toBe(whole);
    },
  );

  test("shows the mean of the parameters since the average began", async () => {
    const asked = { ...options, layers: [] };
    const seen: Dbn[] = [];
    let shown: Dbn | undefined;
    for await (const report of train(start, labelled, { ...asked, reportEvery: 0 })) {
      // four updates an epoch, of which half of all are averaged
      if (report.update > 8) seen.push(report.checkpoint().machine);
      shown = report.machine();
    }
    expect(seen).toHaveLength(8);
    const all = seen.map(dbnArrays);
    for (const [name, { data }] of Object.entries(dbnArrays(shown as Dbn))) {
      data.forEach((value, at) => {
        const mean = all.reduce((sum, arrays) => sum + (arrays[name].data[at] as number), 0) / all.length;
        expect(value, `${name} ${at}`).toBeCloseTo(mean, 5);
      });
    }
  });

  test("persistent dreams go on: their statistics forget the data", async () => {
    // a network at its own law: chains that go on do not care where the data are
    const dbn = randomDbn([3, 2, 3], { seed: 8, scale: 0.5 });
    const units = 3;
    // only zeros, which the network seldom makes
    const data: Dataset = { name: "zeros", cases: 2000, units, levels: new Uint8Array(2000 * units) };
    const asked = { epochs: 40, batchSize: 2000, optimizer: sgd({ rate: 1e-6 }), sweeps: 1 };
    const move = async (dreams: "contrastive" | "persistent") => {
      const after = await learnt(dbn, data, { layers: [], upDown: { ...asked, dreams }, seed: 3 });
      return Array.from(after.top.visibleBias, (b, i) => (b - (dbn.top.visibleBias[i] as number)) / (40 * 1e-6));
    };
    // what the pass up makes of zeros, less the law of the top pair
    const [bond] = dbn.directed;
    const q = recognizedMeans(bond, [0, 0, 0]);
    const { states } = topLaw(dbn);
    const law = q.map((_, i) => states.reduce((sum, { joined, p }) => sum + (joined[i] as number) * p, 0));
    const expected = q.map((p, i) => p - (law[i] as number));
    const [once, on] = [await move("contrastive"), await move("persistent")];
    const off = (moved: number[]) => Math.max(...moved.map((x, i) => Math.abs(x - (expected[i] as number))));
    // steps are rounded to float32, and the first of forty still know the data
    expect(off(on)).toBeLessThan(0.03);
    expect(off(once)).toBeGreaterThan(2 * off(on));
  });

  test("takes more sweeps as it goes on, and probabilities as they are", async () => {
    const upDown: UpDownOptions = { epochs: 3, batchSize: 32, clamp: "probability" };
    const seen = new Set<number | undefined>();
    for await (const { rule } of train(start, labelled, { layers: [], upDown, reportEvery: 0 }))
      seen.add(rule?.["sweeps"]);
    expect([...seen]).toEqual([3, 6, 10]);
  });

  test.each([
    [{ epochs: 1, sweeps: 0 }, "at least 1"],
    [{ epochs: 1, sweeps: { kind: "linear", from: 1, to: 3 } }, "a number or steps"],
    [{ epochs: 1, optimizer: sgd({ l1: 0.1 }) }, "sgd with momentum and weight decay"],
    [{ epochs: 0 }, "at least 1"],
    [{ epochs: 1, average: { from: 1 } }, "a fraction of all epochs"],
    [{ epochs: 1, dreams: "endless" as "persistent" }, "contrastive or persistent"],
  ] as const)("refuses %j", async (upDown, text) => {
    await expect(learnt(start, labelled, { layers: [], upDown })).rejects.toThrow(text);
  });
});
