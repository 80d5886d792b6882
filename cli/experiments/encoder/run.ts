/** One encoder learns, is watched, and is tested. */

import {
  type Boltzmann,
  createBoltzmann,
  createKernels,
  type Dataset,
  groupConnections,
  initializeBoltzmann,
  type Kernels,
  train,
} from "../../../src/index.js";
import { completed } from "../completion.js";
import { seedOfRun } from "../seeds.js";
import { codesOf, distinctCodes, largestCosine, leastDistance } from "./codes.js";
import { encoderPatterns, noisyLevels } from "./data.js";
import { type Problem, problemOf, type Stage } from "./problems.js";
import { initialScale, learningOf, type RuleName, temperatureOf, testSchedule } from "./rules.js";

/** What decides a run. */
export interface RunTask {
  readonly problem: string;
  readonly rule: RuleName;
  readonly cycles: number;
  readonly seed: number;
  /** From 0. */
  readonly run: number;
}

export interface Weights {
  readonly units: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

export interface RunResult {
  readonly run: number;
  readonly seed: number;
  /** The first cycle after which all codes were there; and all but one. */
  readonly solved: number | undefined;
  readonly solvedButOne: number | undefined;
  /** The most codes that ever were. */
  readonly most: number;
  /** Whether all codes were still there `holdsFor` cycles after `solved`; undefined where the run ended before. */
  readonly held: boolean | undefined;
  /** Whether they were there after the last cycle. */
  readonly atEnd: boolean;
  readonly cycles: number;
  /** The largest |weight| that ever was. */
  readonly largestWeight: number;
  /** Share of completions V1 → V2 that were right after the last cycle; and by the speed of annealing. */
  readonly completion: number;
  readonly completionBySpeed: readonly (readonly [number, number])[];
  /** Of the codes after the last cycle. */
  readonly leastDistance: number;
  readonly largestCosine: number;
  readonly seconds: number;
  /** The machine as it was tested. */
  readonly machine: Weights;
}

/** Cycles after which a solution counts as one that stays. */
export const holdsFor = 200;
/** Completions of each vector. */
export const tests = 10;
/** How many times as fast as the schedule of the test. */
const speeds = [8, 4, 2, 1, 0.5, 0.25] as const;

/** What is told while a run goes on. */
export interface RunProgress {
  readonly run: number;
  /** How much of it is done, where that can be known; else 0. */
  readonly share: number;
}

export async function runEncoder(task: RunTask, watch: (progress: RunProgress) => void): Promise<RunResult> {
  const { run } = task;
  const problem = problemOf(task.problem);
  const started = performance.now();
  const kernels = await createKernels({ threads: 1 });
  try {
    const seen = await learn(task, problem, kernels, watch);
    const { machine } = seen;
    const codes = codesOf(machine, problem.size);
    const bySpeed = speeds.map((speed) => [speed, completions(task, problem, machine, kernels, speed)] as const);
    return {
      run,
      seed: seedOfRun(task.seed, run),
      ...seen,
      atEnd: isSolved(codes, problem),
      completion: (bySpeed.find(([speed]) => speed === 1) as readonly [number, number])[1],
      completionBySpeed: bySpeed,
      leastDistance: leastDistance(codes),
      largestCosine: largestCosine(machine, problem.size),
      machine: { units: machine.units, weights: machine.weights, bias: machine.bias },
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    kernels.dispose();
  }
}

function isSolved(codes: readonly number[], { spacing }: Problem): boolean {
  return leastDistance(codes) >= spacing;
}

/** Stage by stage, cycle by cycle. */
async function learn(
  { rule, cycles, seed, run }: RunTask,
  problem: Problem,
  kernels: Kernels,
  watch: (progress: RunProgress) => void,
) {
  const { size, endsSolved } = problem;
  let machine = initialMachine(problem, rule, seedOfRun(seed, run));
  let [cycle, most, largestWeight] = [0, 0, 0];
  let solved: number | undefined;
  let solvedButOne: number | undefined;
  let held: boolean | undefined;
  for (const [part, stage] of problem.stages.entries()) {
    const left = cycles - cycle;
    const epochs = stage.cycles === "rest" ? left : Math.min(left, stage.cycles);
    if (epochs === 0) break;
    const clean = encoderPatterns(size);
    const cases = stage.noise ? noisyLevels(clean, stage.noise) : clean;
    const learning = { ...learningOf(rule, problem), epochs, seed: seedOfRun(seed, run, part), kernels };
    const reports = stageReports(machine, cases, stage, problem, learning);
    for await (const report of reports) {
      cycle++;
      machine = report.machine;
      largestWeight = Math.max(largestWeight, report.largestWeight * temperatureOf(rule));
      const codes = stage.hidden ? codesOf(machine, size) : [];
      const different = distinctCodes(codes);
      most = Math.max(most, different);
      if (different >= size - 1) solvedButOne ??= cycle;
      const there = stage.hidden && isSolved(codes, problem);
      if (there) solved ??= cycle;
      if (solved !== undefined && cycle === solved + holdsFor) held = there;
      // a run that ends when it is solved may end at any time
      watch({ run, share: endsSolved ? 0 : cycle / cycles });
      if (endsSolved && held !== undefined) break;
    }
  }
  return { machine, cycles: cycle, most, largestWeight, solved, solvedButOne, held };
}

/** A stage's machine after each cycle; where the hidden units take no part they are left out, and put back. */
async function* stageReports(
  machine: Boltzmann,
  data: Dataset,
  stage: Stage,
  { size, hidden }: Problem,
  learning: ReturnType<typeof learningOf> & { epochs: number; seed: number; kernels: Kernels },
): AsyncGenerator<{ machine: Boltzmann; largestWeight: number }> {
  const connections = groupConnections([size, size], { hidden: stage.hidden ? hidden : 0 });
  const part = stage.hidden ? machine : resized(machine, 2 * size);
  const reports = train(part, data, { ...learning, connections, batchSize: data.cases });
  for await (const { machine: now, largestWeight } of reports) {
    yield { machine: stage.hidden ? now() : resized(now(), machine.units), largestWeight };
  }
}

/** The first units of a machine, or more with weights of 0. */
function resized({ units: N, weights: M, bias, visible }: Boltzmann, units: number): Boltzmann {
  const at = (i: number, j: number) => (i < N && j < N ? (M[i * N + j] as number) : 0);
  const weights = Float64Array.from({ length: units * units }, (_, n) => at(Math.floor(n / units), n % units));
  return createBoltzmann(
    weights,
    Float64Array.from({ length: units }, (_, i) => bias[i] ?? 0),
    { visible },
  );
}

/** All weights 0 in 1985; small and random where the gradient has no noise that would tell hidden units apart. */
function initialMachine({ size, hidden }: Problem, rule: RuleName, seed: number): Boltzmann {
  if (rule === "1985") {
    const units = 2 * size + hidden;
    const visible = Array.from({ length: 2 * size }, (_, i) => i);
    return createBoltzmann(new Float64Array(units * units), undefined, { visible });
  }
  const connections = groupConnections([size, size], { hidden });
  return initializeBoltzmann(encoderPatterns(size), { hidden, connections, weightScale: initialScale, seed });
}

/** The share of vectors on V1 that the machine completes by the same vector, and nothing else, on V2. */
function completions(
  { rule, seed, run }: RunTask,
  { size, stages }: Problem,
  machine: Boltzmann,
  kernels: Kernels,
  speed: number,
): number {
  const values = Uint8Array.from({ length: tests * size * size }, (_, at) =>
    Math.floor(at / size) % size === at % size ? 1 : 0,
  );
  const clamped = Array.from({ length: size }, (_, i) => i);
  const schedule = testSchedule(rule, speed);
  const states = completed(kernels, machine, { clamped, values, schedule, seed: seedOfRun(seed, run, stages.length) });
  const { units } = machine;
  let right = 0;
  for (let test = 0; test < tests * size; test++) {
    const from = test * units + size;
    if (clamped.every((i) => states[from + i] === values[test * size + i])) right++;
  }
  return right / (tests * size);
}
