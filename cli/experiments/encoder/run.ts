/** One encoder learns, is watched, and is tested. */

import {
  type Boltzmann,
  createBoltzmann,
  createKernels,
  encoderPatterns,
  groupConnections,
  initializeBoltzmann,
  type Kernels,
  train,
} from "../../../src/index.js";
import { seedOfRun } from "../seeds.js";
import { codesOf, distinctCodes, largestCosine, leastDistance } from "./codes.js";
import { type Problem, problemOf } from "./problems.js";
import { initialScale, type Leg, legsOf, type RuleName, temperatureOf } from "./rules.js";
import { completion, type Tested, testEncoder } from "./tests.js";

/** What decides a run. */
export interface RunTask {
  readonly problem: string;
  readonly rule: RuleName;
  readonly cycles: number;
  readonly seed: number;
  /** From 0. */
  readonly run: number;
}

/** How a run went, cycle by cycle. */
export interface Watched {
  readonly cycles: number;
  /** The first cycle after which all codes were there; and all but one. */
  readonly solved: number | undefined;
  readonly solvedButOne: number | undefined;
  /** The most codes that ever were. */
  readonly most: number;
  /** Whether all codes were still there `holdsFor` cycles after `solved`; undefined where the run ended before. */
  readonly held: boolean | undefined;
  /** The first cycle of those until the last in which all codes were there without a break. */
  readonly settled: number | undefined;
  /** The largest |weight| that ever was. */
  readonly largestWeight: number;
  /** Where completion is what was published: (cycle, share of completions that were right then). */
  readonly completionByCycle: readonly (readonly [number, number])[];
}

export interface RunResult extends Watched, Tested {
  readonly run: number;
  readonly seed: number;
  /** Whether all codes were there after the last cycle. */
  readonly atEnd: boolean;
  /** Of the codes after the last cycle. */
  readonly leastDistance: number;
  readonly largestCosine: number;
  readonly seconds: number;
  /** After the last cycle. */
  readonly machine: Pick<Boltzmann, "units" | "weights" | "bias">;
}

/** Cycles after which a solution counts as one that stays. */
export const holdsFor = 200;

/** What is told while a run goes on. */
export interface RunProgress {
  readonly run: number;
  /** How much of it is done, where that can be known; else 0. */
  readonly share: number;
}

export async function runEncoder(task: RunTask, watch: (progress: RunProgress) => void): Promise<RunResult> {
  const { run, seed, rule } = task;
  const problem = problemOf(task.problem);
  const started = performance.now();
  const kernels = await createKernels({ threads: 1 });
  try {
    const { machine, ...watched } = await learn(task, problem, kernels, watch);
    const { units, weights, bias } = machine;
    const codes = codesOf(machine, problem.size);
    return {
      run,
      seed: seedOfRun(seed, run),
      ...watched,
      ...testEncoder(kernels, machine, problem.size, rule, seedOfRun(seed, run, 1)),
      atEnd: isSolved(codes, problem),
      leastDistance: leastDistance(codes),
      largestCosine: largestCosine(machine, problem.size),
      machine: { units, weights, bias },
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    kernels.dispose();
  }
}

function isSolved(codes: readonly number[], { spacing }: Problem): boolean {
  return leastDistance(codes) >= spacing;
}

/** Leg by leg, cycle by cycle. */
async function learn(
  { rule, cycles, seed, run }: RunTask,
  problem: Problem,
  kernels: Kernels,
  watch: (progress: RunProgress) => void,
): Promise<Watched & { machine: Boltzmann }> {
  const { size, endsSolved, completion: asked } = problem;
  const completionByCycle: [number, number][] = [];
  let machine = initialMachine(problem, rule, seedOfRun(seed, run));
  let [cycle, most, largestWeight, found, part] = [0, 0, 0, 0, 2];
  let solved: number | undefined;
  let solvedButOne: number | undefined;
  let held: boolean | undefined;
  const isDone = () => cycle === cycles || (endsSolved && held !== undefined);
  for (const leg of legsOf(rule, problem)) {
    const learning = {
      ...leg.learning,
      epochs: Math.min(leg.cycles, cycles - cycle),
      seed: seedOfRun(seed, run, part++),
    };
    const began = cycle;
    for await (const report of machinesOf(machine, leg, problem, { ...learning, kernels })) {
      cycle++;
      machine = report.machine;
      largestWeight = Math.max(largestWeight, report.largestWeight * temperatureOf(rule));
      const codes = codesOf(machine, size);
      most = Math.max(most, distinctCodes(codes));
      if (distinctCodes(codes) >= size - 1) solvedButOne ??= cycle;
      found = isSolved(codes, problem) ? found + 1 : 0;
      if (found > 0) solved ??= cycle;
      if (solved !== undefined && cycle === solved + holdsFor) held = found > 0;
      if (asked && cycle % asked.every === 0) {
        completionByCycle.push([cycle, completion(kernels, machine, size, rule, seedOfRun(seed, run, 1))]);
      }
      // a run that ends when it is solved may end at any time
      watch({ run, share: endsSolved ? 0 : cycle / cycles });
      if (isDone() || leg.isOver?.(cycle - began, found)) break;
    }
    if (isDone()) break;
  }
  const settled = found > 0 ? cycle - found + 1 : undefined;
  return { machine, cycles: cycle, most, largestWeight, solved, solvedButOne, held, settled, completionByCycle };
}

type LegOptions = Leg["learning"] & { readonly epochs: number; readonly seed: number; readonly kernels: Kernels };

/** The machine after each cycle of a leg. Hidden units that take no part are left out, and put back. */
async function* machinesOf(
  machine: Boltzmann,
  { cases, hidden: isHidden }: Leg,
  { size, hidden }: Problem,
  options: LegOptions,
): AsyncGenerator<{ machine: Boltzmann; largestWeight: number }> {
  const connections = groupConnections([size, size], { hidden: isHidden ? hidden : 0 });
  const part = isHidden ? machine : resized(machine, 2 * size);
  for await (const { machine: now, largestWeight } of train(part, cases, { ...options, connections })) {
    yield { machine: isHidden ? now() : resized(now(), machine.units), largestWeight };
  }
}

/** The first units of a machine, or more of them with weights of 0. */
function resized({ units: N, weights: M, bias, visible }: Boltzmann, units: number): Boltzmann {
  const at = (i: number, j: number) => (i < N && j < N ? M[i * N + j] : 0);
  const weights = Float64Array.from({ length: units * units }, (_, n) => at(Math.floor(n / units), n % units));
  const biases = Float64Array.from({ length: units }, (_, i) => bias[i] ?? 0);
  return createBoltzmann(weights, biases, { visible });
}

function initialMachine({ size, hidden }: Problem, rule: RuleName, seed: number): Boltzmann {
  const weightScale = initialScale(rule);
  const connections = groupConnections([size, size], { hidden });
  const machine = initializeBoltzmann(encoderPatterns(size), { hidden, connections, weightScale, seed });
  // in 1985 biases begin at 0 as all weights do
  return weightScale > 0 ? machine : { ...machine, bias: new Float64Array(machine.units) };
}
