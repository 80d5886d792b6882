import { describe, expect, test } from "vitest";
import { completed, timesOn } from "#cli/experiments/completion.js";
import { codesOf, distinctCodes, largestCosine, leastDistance } from "#cli/experiments/encoder/codes.js";
import { outcomeOf, outcomeRows } from "#cli/experiments/encoder/outcome.js";
import { problemNames, problemOf } from "#cli/experiments/encoder/problems.js";
import { type Leg, legsOf, testSchedule } from "#cli/experiments/encoder/rules.js";
import { type RunResult, type RunTask, runEncoder } from "#cli/experiments/encoder/run.js";
import { testEncoder } from "#cli/experiments/encoder/tests.js";
import { seedOfRun } from "#cli/experiments/seeds.js";
import { runMany } from "#cli/experiments/workers.js";
import type { Dataset } from "#src/data/dataset.js";
import { encoderPatterns } from "#src/data/encoder.js";
import { noisyLevels } from "#src/data/noisy-levels.js";
import { HarmoniumError } from "#src/errors.js";
import { createKernels } from "#src/kernels/threads.js";
import { train } from "#src/learn/train.js";
import { type Boltzmann, createBoltzmann } from "#src/machines/boltzmann.js";
import { groupConnections } from "#src/machines/connections.js";
import { formatAnnealing } from "#src/samplers/annealing.js";
import { allStates } from "../oracles/enumerate.js";

/** An encoder whose units of V1 and V2 excite and inhibit the hidden units by these codes, and are most at ease with their own. */
function encoderOf(codes: readonly number[], hidden: number, weight: number): Boltzmann {
  const size = codes.length;
  const units = 2 * size + hidden;
  const M = new Float64Array(units * units);
  const join = (i: number, j: number, w: number) => {
    M[i * units + j] = w;
    M[j * units + i] = w;
  };
  codes.forEach((code, p) => {
    for (let j = 0; j < hidden; j++) {
      for (const group of [0, size]) join(group + p, 2 * size + j, (code >> j) & 1 ? weight : -weight);
    }
    for (let q = 0; q < p; q++) for (const group of [0, size]) join(group + p, group + q, -3 * weight);
  });
  const ones = (code: number) => Array.from({ length: hidden }, (_, j) => (code >> j) & 1).reduce((a, b) => a + b, 0);
  const bias = Float64Array.from({ length: units }, (_, i) =>
    i < 2 * size ? weight * (0.5 - ones(codes[i % size] as number)) : 0,
  );
  return createBoltzmann(M, bias, { visible: Array.from({ length: 2 * size }, (_, i) => i) });
}

describe("codes", () => {
  const codes = [0, 1, 3, 2];

  test("are the signs of the hidden inputs", () => {
    const machine = encoderOf(codes, 2, 1);
    expect(codesOf(machine, 4)).toEqual(codes);
    // a bias that outweighs both groups turns a unit on for all
    const always = { ...machine, bias: machine.bias.map((b, i) => (i === 8 ? 3 : b)) };
    expect(codesOf(always, 4)).toEqual([1, 1, 3, 3]);
  });

  test("how many, how far, how near", () => {
    expect(distinctCodes([1, 1, 3, 3])).toBe(2);
    expect(leastDistance(codes)).toBe(1);
    expect(leastDistance([0, 3, 5, 6])).toBe(2);
    expect(leastDistance([0, 3, 3])).toBe(0);
    // codes 0 and 1 of two units have weights (−, −) and (+, −): at right angles
    expect(largestCosine(encoderOf([0, 1, 3, 2], 2, 5), 4)).toBeCloseTo(0, 12);
    expect(largestCosine(encoderOf([0, 0, 3, 2], 2, 5), 4)).toBeCloseTo(1, 12);
  });
});

describe("the protocol of 1985", () => {
  const configs = ({ learning }: Leg) => ({
    positive: learning.positive.config,
    negative: learning.negative.config,
    optimizer: learning.optimizer,
    temperature: learning.temperature,
  });

  test.each([
    ["4-2-4", 4, 0.15, 0.05],
    ["8-3-8", 8, 0.15, 0.02],
  ])("%s, as published", (name, size, onToOff, offToOn) => {
    const [leg, ...more] = [...legsOf("1985", problemOf(name))];
    expect(more).toEqual([]);
    const { positive, negative, ...rest } = configs(leg as Leg);
    expect(rest).toEqual({ optimizer: { optimizer: "sign", rate: 2 }, temperature: 10 });
    const anneal = "2@20, 2@15, 2@12, 4@10";
    for (const phase of [positive, negative] as const) {
      if (!("anneal" in phase)) throw new Error("no annealing");
      expect(formatAnnealing(phase.anneal)).toBe(anneal);
      expect(phase).toMatchObject({ readings: 10, dynamics: "glauber" });
    }
    expect(positive).toMatchObject({ chainsPerCase: 2 });
    expect(negative).toMatchObject({ chains: 2 * size });
    expect(leg?.learning.biased).toHaveLength(problemOf(name).hidden + 2 * size);
    const clean = encoderPatterns(size);
    expect(leg?.cases.levels).toEqual(noisyLevels(clean, { onToOff, offToOn }).levels);
  });

  test("40-10-40: 300 cycles without hidden units, 500 with noise, the rest without", () => {
    const legs = [...legsOf("1985", problemOf("40-10-40"))];
    expect(legs.map(({ cycles, hidden }) => [cycles, hidden])).toEqual([
      [300, false],
      [500, true],
      [Number.POSITIVE_INFINITY, true],
    ]);
    const extremes = legs.map(({ cases: { levels } }) => [Math.min(...levels), Math.max(...levels)]);
    expect(extremes[0]?.[0]).toBeCloseTo(0.0025, 7);
    expect(extremes[1]?.[1]).toBeCloseTo(0.9, 7);
    expect(extremes[2]).toEqual([0, 255]);
  });

  test("the other reading: hidden units without biases, noise anew", () => {
    const [leg] = [...legsOf("1985-stable", problemOf("8-3-8"))];
    expect(leg?.learning.biased).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(leg?.learning.positive.config).toMatchObject({ redraw: true });
  });

  test("completion is tested twice as slowly, down to half the last temperature", () => {
    expect(formatAnnealing(testSchedule("1985"))).toBe("4@20, 4@15, 4@12, 8@10, 8@5");
    expect(formatAnnealing(testSchedule("1985", 2))).toBe("2@20, 2@15, 2@12, 4@10, 4@5");
    expect(formatAnnealing(testSchedule("tempered"))).toBe("4@2, 4@1.5, 4@1.2, 8@1, 8@0.5");
  });

  test("hidden units that take no part keep weights of 0, and the others theirs when they join", async () => {
    const task = { problem: "40-10-40", rule: "1985", seed: 1, run: 0 } as const;
    const [before, after] = [
      await runEncoder({ ...task, cycles: 3 }, () => {}),
      await runEncoder({ ...task, cycles: 302 }, () => {}),
    ];
    const sizes = ({ machine }: RunResult) => {
      let [among, hidden] = [0, 0];
      machine.weights.forEach((w, at) => {
        const [i, j] = [Math.floor(at / 90), at % 90];
        if (i >= 80 || j >= 80) hidden = Math.max(hidden, Math.abs(w));
        else among = Math.max(among, Math.abs(w));
      });
      return { among, hidden, bias: Math.max(...machine.bias.subarray(80).map(Math.abs)) };
    };
    expect(sizes(before)).toMatchObject({ hidden: 0, bias: 0 });
    // two steps of 2
    expect(sizes(after).hidden).toBe(4);
    expect(sizes(after).among).toBeGreaterThan(20);
  });
});

/** In what share of the last 100 of 300 cycles all four codes are there, summed over six machines. */
async function codesKept(cases: Dataset): Promise<number> {
  const [leg] = [...legsOf("1985", problemOf("4-2-4"))] as [Leg];
  const kernels = await createKernels({ threads: 1 });
  let sum = 0;
  try {
    for (let seed = 1; seed <= 6; seed++) {
      const visible = Array.from({ length: 8 }, (_, i) => i);
      const start = createBoltzmann(new Float64Array(100), undefined, { visible });
      const connections = groupConnections([4, 4], { hidden: 2 });
      for await (const report of train(start, cases, { ...leg.learning, connections, epochs: 300, seed, kernels })) {
        if (report.update > 200 && distinctCodes(codesOf(report.machine(), 4)) === 4) sum += 1 / 100;
      }
    }
  } finally {
    kernels.dispose();
  }
  return sum;
}

test("codes come from the vectors: planted noise that leaves nothing of them leaves no codes", async () => {
  const clean = encoderPatterns(4);
  // of six machines half should have their codes, against 1 in 11 by chance (4! of 4^4 codes)
  expect(await codesKept(noisyLevels(clean, { onToOff: 0.15, offToOn: 0.05 }))).toBeGreaterThan(2.5);
  expect(await codesKept(noisyLevels(clean, { onToOff: 0.5, offToOn: 0.5 }))).toBeLessThan(1.5);
});

test("exact gradients: 8-3-8 has its codes in the end, and completes exactly", async () => {
  const result = await runEncoder({ problem: "8-3-8", rule: "exact", cycles: 3000, seed: 1, run: 0 }, () => {});
  expect(result).toMatchObject({ atEnd: true, most: 8, cycles: 3000 });
  expect(Math.min(...(result.exactCompletion ?? []))).toBeGreaterThan(0.98);
  expect(result.settled).toBeGreaterThanOrEqual(result.solved as number);
});

describe("tests of an encoder", () => {
  test("P(V2 right | V1) exactly, against enumeration of all states", async () => {
    const machine = encoderOf([0, 1, 3, 2], 2, 1.5);
    const kernels = await createKernels({ threads: 1 });
    try {
      const { exactCompletion } = testEncoder(kernels, machine, 4, "exact", 1);
      const { units, weights: M, bias } = machine;
      const weight = (s: readonly number[]) => {
        let minusE = 0;
        for (let i = 0; i < units; i++) {
          if (!s[i]) continue;
          minusE += bias[i] as number;
          for (let j = 0; j < i; j++) if (s[j]) minusE += M[i * units + j] as number;
        }
        return Math.exp(minusE);
      };
      for (let p = 0; p < 4; p++) {
        const shown = [0, 1, 2, 3].map((i) => (i === p ? 1 : 0));
        let [right, all] = [0, 0];
        for (const rest of allStates(6)) {
          const w = weight([...shown, ...rest]);
          all += w;
          if (shown.every((bit, i) => rest[i] === bit)) right += w;
        }
        expect(exactCompletion?.[p]).toBeCloseTo(right / all, 10);
      }
    } finally {
      kernels.dispose();
    }
  });

  test("annealed completion finds what a machine knows, and not what it does not", async () => {
    const kernels = await createKernels({ threads: 1 });
    try {
      const completion = (codes: number[]) => testEncoder(kernels, encoderOf(codes, 2, 6), 4, "exact", 1).completion;
      expect(completion([0, 1, 3, 2])).toBeGreaterThan(0.9);
      // two vectors with one code cannot be told apart: at best half of their completions are right
      expect(completion([0, 0, 3, 2])).toBeLessThan(0.9);
    } finally {
      kernels.dispose();
    }
  });

  test("clamped units keep their values, others settle by their biases, readings are counted", async () => {
    const machine = createBoltzmann(new Float64Array(16), [0, 0, 50, -50]);
    const kernels = await createKernels({ threads: 1 });
    try {
      const completion = {
        clamped: [1, 0],
        values: [1, 0, 0, 1, 0, 0],
        schedule: [{ steps: 20, temperature: 1 }],
        seed: 3,
      };
      expect([...completed(kernels, machine, completion)]).toEqual([0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0]);
      expect([...timesOn(kernels, machine, completion, 7)]).toEqual([0, 7, 7, 0, 7, 0, 7, 0, 0, 0, 7, 0]);
    } finally {
      kernels.dispose();
    }
  });
});

describe("outcomes", () => {
  const result = (run: number, given: Partial<RunResult>): RunResult => ({
    run,
    seed: run,
    cycles: 4000,
    solved: undefined,
    solvedButOne: 100,
    most: 7,
    held: undefined,
    settled: undefined,
    largestWeight: 100 + run,
    completionByCycle: [],
    completion: 0.5,
    completionBySpeed: [[1, 0.5]],
    exactCompletion: undefined,
    atEnd: false,
    leastDistance: 1,
    largestCosine: 0.5,
    seconds: 1,
    machine: encoderOf([0, 1, 2, 3, 4, 5, 6, 7], 3, 1),
    ...given,
  });
  const results = Array.from({ length: 20 }, (_, run) =>
    result(run, run < 16 ? { solved: 1000 + 10 * run, held: run > 0, atEnd: run > 1, settled: 2000 } : {}),
  );
  const problem = problemOf("8-3-8");
  const outcome = outcomeOf(results, problem);

  test("count, and say how sure they are", () => {
    expect(outcome.solved).toMatchObject({ count: 16, of: 20 });
    // Clopper and Pearson, by SciPy
    expect(outcome.solved.low).toBeCloseTo(0.5634, 4);
    expect(outcome.solved.high).toBeCloseTo(0.9427, 4);
    expect(outcome.cycles).toMatchObject({ median: 1075, longest: 1150 });
    // of 16 values the 4th from each end
    expect(outcome.cycles).toMatchObject({ low: 1030, high: 1120 });
    expect(outcome.held).toMatchObject({ count: 15, of: 16 });
    expect(outcome.atEnd).toMatchObject({ count: 14, of: 20 });
    expect(outcome.largestWeight).toEqual({ median: 109.5, most: 119 });
  });

  test("stand beside the published figures", () => {
    const rows = outcomeRows(outcome, problem, "1985");
    expect(rows).toContainEqual(["runs that found all 8 codes", "16 of 20", "56.3 % – 94.3 %", "16 of 20"]);
    expect(rows).toContainEqual(["cycles until then, median", "1,075", "1,030 – 1,120", "1,570"]);
    expect(rows).toContainEqual(["cycles until 7 codes, median", "100", "100 – 100", "210"]);
  });

  test("of no success say so", () => {
    const none = outcomeOf([result(0, {})], problem);
    expect(none.cycles).toBeUndefined();
    expect(outcomeRows(none, problem, "1985")[1]?.[1]).toBe("0 of 1");
  });
});

test("problems have their published names; others are refused", () => {
  expect(problemNames).toEqual(["4-2-4", "4-3-4", "8-3-8", "40-10-40"]);
  expect(() => problemOf("5-2-5")).toThrow('encoder: got "5-2-5"; expected one of 4-2-4, 4-3-4, 8-3-8, 40-10-40');
});

describe("workers", () => {
  const file = new URL("../../dist/cli/experiments/encoder/worker.js", import.meta.url);
  const task: RunTask = { problem: "4-2-4", rule: "1985", cycles: 2, seed: 1, run: 0 };
  const many = async (tasks: readonly RunTask[], signal = new AbortController().signal) => {
    const results: RunResult[] = [];
    const onResult = (result: RunResult) => results.push(result);
    await runMany<RunTask, unknown, RunResult>(file, tasks, { threads: 2, signal, onProgress: () => {}, onResult });
    return results;
  };

  test("do each task once", async () => {
    const tasks = Array.from({ length: 5 }, (_, run) => ({ ...task, run }));
    const results = await many(tasks);
    expect(results.map(({ run }) => run).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(await many([])).toEqual([]);
  });

  test("hand a refusal on as one, and stop when they are told to", async () => {
    const refused = many([task, { ...task, problem: "5-2-5" }]);
    await expect(refused).rejects.toBeInstanceOf(HarmoniumError);
    await expect(refused).rejects.toMatchObject({ kind: "option" });
    expect(await many([task], AbortSignal.abort())).toEqual([]);
    const results = many([{ ...task, problem: "8-3-8", cycles: 1e7 }], AbortSignal.timeout(300));
    expect(await results).toEqual([]);
  });
});

test("no two runs share a seed", () => {
  const seeds = [1, 2, 1000].flatMap((seed) =>
    Array.from({ length: 300 }, (_, run) => [seedOfRun(seed, run), seedOfRun(seed, run, 1), seedOfRun(seed, run, 2)]),
  );
  expect(new Set(seeds.flat()).size).toBe(2700);
  expect(seeds.flat().every(Number.isSafeInteger)).toBe(true);
});
