/** One machine learns shifts, and is asked for them. */

import {
  allShifterPatterns,
  type Boltzmann,
  bipartiteConnections,
  type Connections,
  createKernels,
  type Dataset,
  initializeBoltzmann,
  shifterPatterns,
  train,
} from "../../../src/index.js";
import { seedOfRun } from "../seeds.js";
import { type Recognition, recognize } from "./recognition.js";
import { learningOf, type RuleName, shape, temperatureOf } from "./rules.js";

/** What decides a run. */
export interface RunTask {
  readonly rule: RuleName;
  readonly cycles: number;
  readonly seed: number;
  /** From 0. */
  readonly run: number;
}

export interface RunProgress {
  readonly run: number;
  readonly share: number;
}

export interface RunResult extends Recognition {
  readonly run: number;
  readonly seed: number;
  readonly cycles: number;
  readonly largestWeight: number;
  readonly seconds: number;
  readonly machine: Pick<Boltzmann, "units" | "weights" | "bias">;
}

/** Cases to learn from, drawn anew for each run. */
const drawn = 10_000;

export async function runShifter(task: RunTask, watch: (progress: RunProgress) => void): Promise<RunResult> {
  const { rule, run } = task;
  const started = performance.now();
  const seed = seedOfRun(task.seed, run);
  const data = shifterPatterns({ bits: shape.bits, cases: drawn, seed });
  const connections = bipartiteConnections(shape.visible, shape.hidden);
  const initial = initialMachine(rule, data, connections, seed);
  const kernels = await createKernels({ threads: 1 });
  try {
    const learning = learningOf(rule);
    const epochs = Math.ceil((task.cycles * (learning.batchSize as number)) / drawn);
    // a report an update: the last cycle may lie within an epoch
    const options = { ...learning, connections, epochs, seed, kernels, reportEvery: 0 };
    let machine = initial;
    let [cycles, largestWeight] = [0, 0];
    for await (const report of train(initial, data, options)) {
      cycles = report.update;
      largestWeight = Math.max(largestWeight, report.largestWeight * temperatureOf(rule));
      watch({ run, share: cycles / task.cycles });
      if (cycles < task.cycles) continue;
      machine = report.machine();
      break;
    }
    const { units, weights, bias } = machine;
    return {
      run,
      seed,
      cycles,
      largestWeight,
      ...recognize(kernels, machine, allShifterPatterns(shape.bits), rule, seedOfRun(task.seed, run, 1)),
      machine: { units, weights, bias },
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    kernels.dispose();
  }
}

/** In 1986 all weights and biases are 0; gradients with little noise need weights that tell the hidden units apart. */
function initialMachine(rule: RuleName, data: Dataset, connections: Connections, seed: number): Boltzmann {
  const weightScale = rule === "1986" ? 0 : 0.1;
  const machine = initializeBoltzmann(data, { hidden: shape.hidden, connections, weightScale, seed });
  return rule === "1986" ? { ...machine, bias: new Float64Array(machine.units) } : machine;
}
