import { describe, expect, test } from "vitest";
import { barsAndStripes } from "#src/data/bars-and-stripes.js";
import { freeEnergies } from "#src/evaluate/free-energy.js";
import { parametersSha256 } from "#src/io/hash.js";
import type { AverageConfig } from "#src/learn/average.js";
import { sgd } from "#src/learn/optimizer.js";
import type { TrainOptions } from "#src/learn/rbm/options.js";
import { train } from "#src/learn/train.js";
import { initializeRbm } from "#src/machines/initialize.js";
import type { Rbm } from "#src/machines/rbm.js";
import { inTwoParts, last } from "./last-report.js";

const bars = barsAndStripes(3);
const start = initializeRbm(bars, { hidden: 6, seed: 2 });
const names = ["weights", "visibleBias", "hiddenBias"] as const;

/** Parameters after every update, and the machines that reports show. */
async function trace(options: TrainOptions): Promise<{ parameters: Rbm[]; shown: Rbm[] }> {
  const [parameters, shown]: [Rbm[], Rbm[]] = [[], []];
  for await (const report of train(start, bars, { ...options, reportEvery: 0 })) {
    parameters.push(report.checkpoint().machine as Rbm);
    shown.push(report.machine());
  }
  return { parameters, shown };
}

/** Σ weights[n] machines[n], parameter by parameter. */
function mixed(machines: Rbm[], weights: number[]): number[] {
  return names.flatMap((name) =>
    Array.from((machines[0] as Rbm)[name], (_, i) =>
      machines.reduce((sum, machine, n) => sum + (weights[n] as number) * (machine[name][i] as number), 0),
    ),
  );
}

const flat = (machine: Rbm) => names.flatMap((name) => Array.from(machine[name]));
const gap = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))));

describe("what reports show, against the parameters of every update", () => {
  const base: TrainOptions = { epochs: 10, batchSize: 4, seed: 3, optimizer: sgd({ rate: 0.5 }) };
  const updatesAnEpoch = Math.ceil(bars.cases / 4);

  test("{ from: 0.5 }: the parameters until then, afterwards the mean since: within 1e-6", async () => {
    const { parameters, shown } = await trace({ ...base, average: { from: 0.5 } });
    const begins = 5 * updatesAnEpoch;
    expect(parameters).toHaveLength(10 * updatesAnEpoch);
    for (const n of [0, begins - 1]) expect(flat(shown[n] as Rbm)).toEqual(flat(parameters[n] as Rbm));
    for (const n of [begins, begins + 1, parameters.length - 1]) {
      const since = parameters.slice(begins, n + 1);
      const mean = mixed(
        since,
        since.map(() => 1 / since.length),
      );
      expect(gap(flat(shown[n] as Rbm), mean)).toBeLessThan(1e-6);
    }
    const end = flat(shown.at(-1) as Rbm);
    expect(gap(end, flat(parameters.at(-1) as Rbm))).toBeGreaterThan(0.02);
    // planted: one update too many
    const late = parameters.slice(begins - 1);
    expect(
      gap(
        end,
        mixed(
          late,
          late.map(() => 1 / late.length),
        ),
      ),
    ).toBeGreaterThan(1e-4);
  });

  test("{ over: 2 }: weights that fall to 1/e over two epochs, of sum 1 from the first update on: within 1e-6", async () => {
    const { parameters, shown } = await trace({ ...base, average: { over: 2 } });
    const rate = 1 / (2 * updatesAnEpoch);
    for (const n of [0, 1, 7, parameters.length - 1]) {
      const raw = Array.from({ length: n + 1 }, (_, k) => (1 - rate) ** (n - k));
      const sum = raw.reduce((a, b) => a + b, 0);
      const mean = mixed(
        parameters.slice(0, n + 1),
        raw.map((w) => w / sum),
      );
      expect(gap(flat(shown[n] as Rbm), mean)).toBeLessThan(1e-6);
    }
  });

  test("where an epoch has many updates every few are taken: every third of 32", async () => {
    const four = barsAndStripes(4);
    const initial = initializeRbm(four, { hidden: 5, seed: 2 });
    const parameters: Rbm[] = [];
    let shown: Rbm | undefined;
    const options = { epochs: 2, batchSize: 1, seed: 3, average: { from: 0.5 }, reportEvery: 0 };
    for await (const report of train(initial, four, options)) {
      parameters.push(report.checkpoint().machine as Rbm);
      shown = report.machine();
    }
    const taken = parameters.slice(32).filter((_, n) => n % 3 === 0);
    expect(taken).toHaveLength(11);
    expect(
      gap(
        flat(shown as Rbm),
        mixed(
          taken,
          taken.map(() => 1 / 11),
        ),
      ),
    ).toBeLessThan(1e-6);
  });
});

test("figures are of the machine that is shown", async () => {
  const options: TrainOptions = { epochs: 6, batchSize: 4, seed: 3, optimizer: sgd({ rate: 0.5 }), heldOut: bars };
  const half = { ...bars, cases: 8, levels: bars.levels.subarray(0, 8 * bars.units) };
  for (const average of [undefined, { from: 0.5 }]) {
    for await (const report of train(start, half, { ...options, ...(average && { average }) })) {
      const machine = report.machine();
      const mean = async (of: typeof bars) => {
        const energies = await freeEnergies(machine, of, { seed: 3 });
        return energies.reduce((a, b) => a + b, 0) / of.cases;
      };
      expect(report.freeEnergyGap).toBeCloseTo((await mean(bars)) - (await mean(half)), 10);
    }
  }
});

test.each<[string, AverageConfig]>([
  ["mean", { from: 0.3 }],
  ["moving", { over: 1.5 }],
])(
  "%s: training itself stays the same; stopped and resumed, and on more threads, the same average",
  async (_, average) => {
    const options: TrainOptions = { epochs: 10, batchSize: 5, seed: 3, optimizer: sgd({ rate: 0.3, momentum: 0.5 }) };
    const sha = async (of: Rbm) => parametersSha256(of);
    const [plain, averaged] = [await last(start, bars, options), await last(start, bars, { ...options, average })];
    expect(await sha(averaged.checkpoint().machine as Rbm)).toBe(await sha(plain.machine()));
    expect(await sha(averaged.machine())).not.toBe(await sha(plain.machine()));
    for (const stopAt of [1, 6, 14, 29]) {
      const resumed = await inTwoParts(start, bars, { ...options, average, threads: 1 + (stopAt % 4) }, stopAt);
      expect(await sha(resumed.machine())).toBe(await sha(averaged.machine()));
    }
  },
);

test.each<[AverageConfig, string]>([
  [{ from: 1 }, "average from: got 1; expected a fraction of all epochs in [0, 1)"],
  [{ from: -0.1 }, "average from: got -0.1"],
  [{ over: 0 }, "average over: got 0; expected a positive number of epochs"],
])("refused: %j", async (average, message) => {
  await expect(last(start, bars, { epochs: 1, average })).rejects.toThrow(message);
});
